export interface ServerEvent {
  readonly id: string;
  readonly data: string;
}

/**
 * Reads server-sent events out of text that comes in pieces.
 * Only what our server writes is understood: `id`, `data`, comments, blocks that end in an empty line.
 */
export function createEventParser(onEvent: (event: ServerEvent) => void): (piece: string) => void {
  let rest = '';
  return (piece) => {
    const blocks = (rest + piece).split('\n\n');
    rest = blocks.pop() ?? '';
    for (const block of blocks) {
      let id = '';
      let data = '';
      for (const line of block.split('\n')) {
        if (line.indexOf('id: ') === 0) id = line.slice(4);
        if (line.indexOf('data: ') === 0) data += line.slice(6);
      }
      if (data) onEvent({ id, data });
    }
  };
}
