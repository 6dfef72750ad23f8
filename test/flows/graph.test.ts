import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { toGraphPage, toMermaid } from '../../src/flows/graph.js';
import { FlowSchema } from '../../src/flows/schema.js';
import { loadReal, ROOT } from './real-flows.js';

const { flows } = loadReal();
const dir = join(ROOT, 'docs', 'flows');

describe('docs/flows', () => {
  for (const flow of flows.all.values()) {
    it(`holds the current picture of ${flow.id} (npm run flows:check -- --graph)`, () => {
      expect(readFileSync(join(dir, `${flow.id}.md`), 'utf8')).to.equal(toGraphPage(flow));
    });
  }

  it('holds no picture of a flow that is gone', () => {
    expect(readdirSync(dir).sort()).to.deep.equal([...flows.all.keys()].map((id) => `${id}.md`).sort());
  });
});

describe('toMermaid', () => {
  it('draws every step and every way out of it', () => {
    const flow = FlowSchema.parse({
      id: 'form',
      version: 1,
      start: 'end',
      steps: {
        end: { kind: 'confirm', text: 'erase.sure', yes: 'other', no: 'end' },
        other: { kind: 'end', flow: 'menu' },
      },
    });
    expect(toMermaid(flow)).to.equal(`flowchart TD
  start((form)) --> s_end
  s_end(["end<br/><i>confirm</i>"])
  s_end -->|yes| s_other
  s_end -->|no| s_end
  s_other>"other<br/><i>end</i>"]
  s_other -.-> flow_menu[/menu/]
`);
  });
});
