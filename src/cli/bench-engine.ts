import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { loadCategories } from '../classification/categories.js';
import { createClassifier } from '../classification/classify.js';
import { createExtract } from '../classification/extract.js';
import { toBubbles } from '../flows/bubbles.js';
import { createEngine, type Engine } from '../flows/engine.js';
import { loadTexts, type Texts } from '../flows/i18n.js';
import { loadFlows } from '../flows/load.js';
import { type Advance, type EngineState, type FlowEffect, IDLE, type Input, type ReadName } from '../flows/state.js';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const AT = '2026-08-03T09:00:00+07:00';
const WARM_UP_MS = 1500;
const MEASURED_MS = 4000;

/** An intake in the eight messages that a hesitant citizen needs. `#` is the number of the conversation. */
const MESSAGES = [
  'mau lapor',
  'lampu jalan di kampung kami padam, gelap sekali kalau malam #',
  'Jl. Kenanga gang # dekat musala',
  'sejak minggu lalu',
  'sudah dua orang jatuh di situ karena gelap',
  '4',
  '2',
  'kirim',
];

/**
 * Plays intakes with the flows as they ship, on one core: each message rebuilds the state from JSON, advances, renders
 * its bubbles and writes the state to JSON again, as the service does around the store.
 */
export async function benchEngine(): Promise<Record<string, number>> {
  const texts = loadTexts(join(ROOT, 'locales'));
  const categories = loadCategories(join(ROOT, 'flows', 'categories.yaml'));
  const flows = loadFlows(join(ROOT, 'flows'), join(ROOT, 'locales'), categories.categories);
  const engine = createEngine({ flows, texts, ...createClassifier(categories), extract: createExtract() });

  run(engine, texts, WARM_UP_MS);
  const cpuBefore = process.cpuUsage();
  const { messages, elapsedMs } = run(engine, texts, MEASURED_MS);
  const cpu = process.cpuUsage(cpuBefore);
  const cpuMs = (cpu.user + cpu.system) / 1000;
  return {
    messagesPerSecond: Math.round((messages / elapsedMs) * 1000),
    cpuMsPerMessage: Number((cpuMs / messages).toFixed(4)),
  };
}

function run(engine: Engine, texts: Texts, forMs: number): { messages: number; elapsedMs: number } {
  const startedAt = performance.now();
  let messages = 0;
  for (let number = 0; performance.now() - startedAt < forMs; number++) {
    let stored = JSON.stringify(IDLE);
    for (const template of MESSAGES) {
      stored = turn(engine, texts, stored, template.replace('#', String(number)));
      messages++;
    }
  }
  return { messages, elapsedMs: performance.now() - startedAt };
}

function turn(engine: Engine, texts: Texts, stored: string, text: string): string {
  const input: Input = { type: 'message', at: AT, text, early: false, attachments: [] };
  const effects: FlowEffect[] = [];
  let step = engine.advance(JSON.parse(stored) as EngineState, input);
  for (let wanted = step.effects.at(-1); wanted?.type === 'read'; wanted = step.effects.at(-1)) {
    effects.push(...step.effects.slice(0, -1));
    step = answered(engine, step, wanted.name);
  }
  effects.push(...step.effects);
  if (toBubbles(effects, step.state.locale, texts).length === 0)
    throw new Error('a message was left without an answer');
  return JSON.stringify(step.state);
}

function answered(engine: Engine, step: Advance, name: ReadName): Advance {
  // nobody has reported the same before
  if (name === 'similar_case')
    return engine.advance(step.state, { type: 'read', at: AT, name, value: { found: false } });
  const value = { found: true, answers: { case_number: 'LP-260803-0001' } } as const;
  return engine.advance(step.state, { type: 'read', at: AT, name, value });
}
