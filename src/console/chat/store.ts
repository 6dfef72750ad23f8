import type { Store } from './outbox.js';

/** `localStorage`, or a stand-in that lives as long as the page where the browser forbids it. */
export function openStore(): Store {
  try {
    localStorage.setItem('kanal.test', '1');
    localStorage.removeItem('kanal.test');
    return localStorage;
  } catch {
    return memoryStore();
  }
}

function memoryStore(): Store {
  const items = new Map<string, string>();
  return {
    get length() {
      return items.size;
    },
    key: (index) => [...items.keys()][index] ?? null,
    getItem: (name) => items.get(name) ?? null,
    setItem: (name, value) => void items.set(name, value),
    removeItem: (name) => void items.delete(name),
  };
}
