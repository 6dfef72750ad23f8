import { startEmbeddedStore } from '../../../../src/store/embedded/start.js';
import { silentLog } from './database.js';

// stands in for the service: starts the store of the folder named, then stays until it is killed
const [dataDir] = process.argv.slice(2);
if (!dataDir) throw new Error('usage: parent.ts FOLDER');
await startEmbeddedStore({ dataDir, log: silentLog });
process.stdout.write('ready\n');
setInterval(() => undefined, 1000);
