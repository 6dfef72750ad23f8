import { localDate } from '../cases/calendar.js';
import type { CaseRules } from '../cases/case-rules.js';
import { CASE_OUTCOMES, CASE_STATUSES, outcomeLabelKey, statusLabelKey } from '../cases/status.js';
import type { Category } from '../classification/categories.js';
import type { Clock } from '../core/clock.js';
import type { Texts } from '../flows/i18n.js';
import type { Locale } from '../flows/state.js';
import type { Actor } from './actor.js';
import type { Settings, ToneRule } from './api/settings.js';
import type { Canned } from './canned.js';
import type { ConsoleLabels } from './console-labels.js';
import type { Directory } from './directory.js';
import { demand } from './rights.js';

export interface SettingsDeps {
  readonly siteName: string;
  readonly rules: CaseRules;
  readonly categories: ReadonlyMap<string, Category>;
  readonly labels: ConsoleLabels;
  readonly texts: Texts;
  readonly tone: () => readonly ToneRule[];
  readonly directory: Directory;
  readonly canned: Pick<Canned, 'listFor'>;
  readonly clock: Clock;
}

/** What the page needs once, at its start, in the language of whoever reads it. @throws {AppError} `request.forbidden` */
export type ReadSettings = (actor: Actor, locale: Locale) => Promise<Settings>;

export function createReadSettings(deps: SettingsDeps): ReadSettings {
  return async (actor, locale) => {
    demand(actor, 'settings', 'read');
    const { rules, texts, labels } = deps;
    const now = deps.clock.now();
    const on = localDate(now, rules.home);
    const [names, canned] = await Promise.all([deps.directory.all(), deps.canned.listFor(actor)]);
    const language = locale === 'en' ? 'en' : 'id';
    return {
      siteName: deps.siteName,
      zone: rules.home.zone,
      now: now.toISOString(),
      units: Object.entries(rules.routing.units)
        .filter(([, { abolishedOn }]) => abolishedOn === undefined || abolishedOn > on)
        .map(([id, { name }]) => ({ id, name })),
      agencies: Object.entries(rules.routing.agencies).map(([id, { name, unverified }]) => ({
        ...{ id, name, hasAddress: !unverified },
      })),
      categories: [...deps.categories.values()].map(({ id, label, restricted }) => ({
        ...{ id, name: label[language], restricted },
      })),
      statuses: CASE_STATUSES.map((id) => ({ id, name: texts.format(locale, statusLabelKey(id)) })),
      outcomes: CASE_OUTCOMES.map((id) => ({ id, name: texts.format(locale, outcomeLabelKey(id)) })),
      kinds: labels.kinds(locale),
      staff: [...names.values()].map(({ id, name, role, units, isAvailable }) => ({
        ...{ id, name, role, units: [...units], isAvailable },
      })),
      canned,
      tone: [...deps.tone()],
    };
  };
}
