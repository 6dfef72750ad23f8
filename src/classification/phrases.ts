/** A tree of words, so that all phrases are looked for in one walk over a text. */
interface Node<T> {
  next: Map<string, Node<T>> | undefined;
  /** What follows `..`: up to {@link MAX_GAP} other words may stand between. */
  gap: Node<T> | undefined;
  values: T[] | undefined;
}

export interface Match<T> {
  readonly value: T;
  /** Token positions, both included. */
  readonly from: number;
  readonly to: number;
}

export interface Phrases<T> {
  /** Calls `found` for each phrase that stands in the words, in the order of the text. */
  find(words: readonly string[], found: (value: T, from: number, to: number) => void): void;
}

const MAX_GAP = 4;

/**
 * Phrases are lower-case words parted by blanks; `..` between two words lets up to four others stand there
 * ("lampu .. mati"). Only equality of words is tested: no pattern can run away.
 */
export function createPhrases<T>(entries: Iterable<readonly [words: readonly string[], value: T]>): Phrases<T> {
  const root = newNode<T>();
  for (const [words, value] of entries) {
    let node = root;
    for (const word of words) {
      if (word === '..') {
        node.gap ??= newNode();
        node = node.gap;
      } else {
        node.next ??= new Map();
        let child = node.next.get(word);
        if (child === undefined) {
          child = newNode();
          node.next.set(word, child);
        }
        node = child;
      }
    }
    node.values ??= [];
    node.values.push(value);
  }
  return {
    find(words, found) {
      for (let from = 0; from < words.length; from += 1) {
        const node = step(root, words[from]);
        if (node !== undefined) walk(node, words, from, from, found);
      }
    },
  };
}

function newNode<T>(): Node<T> {
  return { next: undefined, gap: undefined, values: undefined };
}

function step<T>(node: Node<T>, word: string | undefined): Node<T> | undefined {
  return word === undefined ? undefined : node.next?.get(word);
}

function walk<T>(
  node: Node<T>,
  words: readonly string[],
  from: number,
  at: number,
  found: (value: T, from: number, to: number) => void,
): void {
  if (node.values !== undefined) for (const value of node.values) found(value, from, at);
  const next = step(node, words[at + 1]);
  if (next !== undefined) walk(next, words, from, at + 1, found);
  if (node.gap === undefined) return;
  for (let to = at + 1; to <= at + 1 + MAX_GAP; to += 1) {
    const after = step(node.gap, words[to]);
    if (after !== undefined) {
      walk(after, words, from, to, found);
      return;
    }
  }
}
