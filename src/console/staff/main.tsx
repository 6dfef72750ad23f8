import { render } from 'preact';
import { App } from './parts/app.js';
import { followAddress } from './routes.js';
import { createConsole } from './state/console.js';

const root = document.getElementById('app');
if (root) {
  followAddress();
  render(<App console={createConsole()} />, root);
}
