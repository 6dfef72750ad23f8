import { render } from 'preact';
import { createBlobs } from './blobs.js';
import { createChat } from './chat.js';
import { createOutbox } from './outbox.js';
import { App } from './parts/app.js';
import { openStore } from './store.js';

const store = openStore();
const chat = createChat(store, createOutbox(store), createBlobs());
const root = document.getElementById('app');
if (root) render(<App chat={chat} store={store} />, root);
