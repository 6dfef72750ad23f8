import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type App, startApp } from './app.js';
import { type Config, loadConfig } from './config.js';
import { hideBotTokens } from './core/bot-token.js';
import { systemClock } from './core/clock.js';
import { AppError } from './core/errors.js';
import { createLog, type Logger } from './core/log.js';
import { createPushLanes } from './push-lanes.js';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');

async function main(): Promise<void> {
  if (existsSync('.env')) process.loadEnvFile('.env');
  const config = loadConfig(process.env);
  const log = createLog(config.LOG_LEVEL);
  const app = await startApp({
    config,
    log,
    clock: systemClock,
    root,
    offersSimilar: config.OFFER_SIMILAR === '1',
    pushLanes: createPushLanes({
      config,
      clock: systemClock,
      log,
      root,
      tell: (text) => process.stdout.write(`${text}\n`),
    }),
  });
  lastResort(log);
  const firstToken = await app.staff.accounts.offerFirst();
  log.info({ port: app.port }, 'service ready');
  process.stdout.write(welcome(app, config, firstToken));
  stopOnSignals(app);
}

/** What was started, where to click, what is off and which variable turns it on, and a link for the first admin. */
function welcome(app: App, config: Config, firstToken: string | undefined): string {
  const base =
    config.PUBLIC_URL ?? `http://${config.HTTP_HOST === '0.0.0.0' ? 'localhost' : config.HTTP_HOST}:${app.port}`;
  const lines = [
    '',
    `${config.TENANT_NAME} is running.`,
    `  web chat    ${base}/chat`,
    `  console     ${base}/console`,
    `  health      ${base}/readyz`,
    `  store       ${config.MONGODB_URI ? 'MongoDB (MONGODB_URI)' : `embedded, in ${config.DATA_DIR} (MONGODB_URI uses a MongoDB instead)`}`,
    `  Telegram    ${config.TELEGRAM_BOT_TOKEN ? 'on' : 'off (TELEGRAM_BOT_TOKEN turns it on)'}`,
    `  WhatsApp    ${config.WHATSAPP_CLOUD_TOKEN ? 'on (Cloud API)' : 'off (WHATSAPP_CLOUD_TOKEN turns it on)'}`,
    `  WhatsApp    ${config.WHATSAPP_WEB === '1' ? 'on (WhatsApp Web, for pilots only)' : 'Web off (WHATSAPP_WEB=1 turns it on, for pilots only)'}`,
  ];
  if (config.HTTP_HOST === '127.0.0.1')
    lines.push('  network     this machine only (HTTP_HOST=0.0.0.0 opens it to others)');
  // behind the #: it reaches neither a server's log nor a Referer
  if (firstToken)
    lines.push(`  first admin ${base}/console/#/first?token=${firstToken}`, '              (good once, for 24 hours)');
  if (app.madeKeys)
    lines.push(`  keys        made just now in ${join(config.DATA_DIR, 'keys')}: back them up apart from the data`);
  for (const warning of app.warnings) lines.push(`  warning     ${warning}`);
  lines.push('Ctrl-C stops it.', '');
  return `${lines.join('\n')}\n`;
}

/** A fault nobody caught is logged. A lost promise harms its own message only; anything worse ends the process, to start anew. */
function lastResort(log: Logger): void {
  process.on('unhandledRejection', (error) => log.error({ err: error }, 'unhandled rejection'));
  process.on('uncaughtException', (error) => {
    log.error({ err: error }, 'uncaught exception, ending');
    process.exit(1);
  });
}

function stopOnSignals(app: App): void {
  let stopping = false;
  const stop = (signal: NodeJS.Signals) => {
    if (stopping) return;
    stopping = true;
    process.stdout.write(`\n${signal}: finishing what is under way\n`);
    app.stop().then(
      () => process.exit(0),
      () => process.exit(1),
    );
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
}

main().catch((error: unknown) => {
  // an AppError says what to mend; anything else is a bug and shows where it is
  const text = error instanceof AppError ? error.message : error instanceof Error ? error.stack : String(error);
  process.stderr.write(`${hideBotTokens(text ?? '')}\n`);
  process.exit(1);
});
