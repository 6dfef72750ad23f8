import type { Texts } from './i18n.js';
import type { ReadFlows } from './load.js';
import type { Locale } from './state.js';
import type { Problem, YamlSource } from './yaml-source.js';

export function checkFlows(_read: ReadFlows, _texts: Texts, _sources: ReadonlyMap<Locale, YamlSource>): Problem[] {
  return [];
}
