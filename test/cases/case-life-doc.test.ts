import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { lifecycleMermaid, transitionsMarkdown } from '../../src/cases/lifecycle-graph.js';
import { FLOWS_DIR } from './shipped-rules.js';

const DOC = readFileSync(join(FLOWS_DIR, '..', 'docs', 'case-life.md'), 'utf8');

function between(start: string, end: string): string {
  const from = DOC.indexOf(start) + start.length;
  return DOC.slice(from, DOC.indexOf(end, from)).trim();
}

describe('docs/case-life.md', () => {
  // when one of these fails: print the function's text and paste it into the document
  it('shows the lifecycle that the transition table allows', () => {
    expect(between('```mermaid\n', '```')).to.equal(lifecycleMermaid());
  });

  it('lists every transition with who, what and whom it tells', () => {
    expect(between('<!-- transitions -->', '<!-- /transitions -->')).to.equal(transitionsMarkdown());
  });
});
