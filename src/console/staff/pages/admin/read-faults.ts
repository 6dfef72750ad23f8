/** What is wrong in a file of rules. */
export interface Fault {
  /** The way to the value in the file, as `rules.blame.words`; empty where it is of the whole. */
  readonly at: string;
  /** What is wrong and how to mend it, in the words of whoever checked it. */
  readonly why: string;
}

const LINE = /^(?:line \d+, )?([a-z_]\w*(?:\.[\w-]+)+): (.*)$/;

/** Reads `line 12, rules.blame.words: must name words`, one a line, under a headline. Pure. */
export function readFaults(detail: string): readonly Fault[] {
  const [headline = '', ...lines] = detail.split('\n').map((line) => line.trim());
  const faults = lines.filter(Boolean).map((line): Fault => {
    const [, at = '', why = line] = LINE.exec(line) ?? [];
    return { at, why };
  });
  return faults.length > 0 ? faults : [{ at: '', why: headline }];
}
