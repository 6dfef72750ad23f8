import type { Calendar } from '../cases/calendar.js';
import type { CaseRules } from '../cases/case-rules.js';
import type { Category } from '../classification/categories.js';
import type { ModelSource } from '../classification/model-source.js';
import type { Classifier } from '../classification/types.js';
import type { ToneRule } from './api/settings.js';
import type { TenantRead } from './tenant-load.js';

/**
 * What the office's files say, under names that stay the same while what they say may change: whoever was given one at
 * the start sees each change from its next look on.
 */
export interface LiveTenant extends Classifier {
  readonly rules: CaseRules;
  readonly categories: ReadonlyMap<string, Category>;
  readonly unitIds: ReadonlySet<string>;
  readonly tone: () => readonly ToneRule[];
  /** As it was read last. */
  current(): TenantRead;
  /** From now on this holds. Learns the categories anew where they changed, which takes half a second of this process when no model was made for them. */
  set(read: TenantRead, categoriesHash: string): void;
  /** Takes up another model when one became current. @returns whether one did */
  refreshModel(): boolean;
}

export function createLiveTenant(first: TenantRead, firstHash: string, models: ModelSource): LiveTenant {
  let now = first;
  let hash = firstHash;
  let classifier = models.make(first.categories);
  const categories = new Map(first.categories.categories);
  const unitIds = new Set(Object.keys(first.rules.routing.units));
  return {
    rules: {
      get calendars() {
        return now.rules.calendars;
      },
      get sla() {
        return now.rules.sla;
      },
      get routing() {
        return now.rules.routing;
      },
      get notices() {
        return now.rules.notices;
      },
      home: homeOf(() => now.rules.home),
    },
    categories,
    unitIds,
    classify: (text) => classifier.classify(text),
    findDanger: (text) => classifier.findDanger(text),
    tone: () => now.tone,
    current: () => now,
    set(read, categoriesHash) {
      if (categoriesHash !== hash) {
        classifier = models.make(read.categories);
        refill(categories, read.categories.categories);
        hash = categoriesHash;
      }
      unitIds.clear();
      for (const id of Object.keys(read.rules.routing.units)) unitIds.add(id);
      now = read;
    },
    refreshModel() {
      if (!models.isChanged()) return false;
      classifier = models.make(now.categories);
      return true;
    },
  };
}

/** Its zone is the tenant's and never changes; its hours and holidays do. */
function homeOf(current: () => Calendar): Calendar {
  const { id, zone, offsetMs } = current();
  return {
    id,
    zone,
    offsetMs,
    knows: (day) => current().knows(day),
    periodsOn: (day) => current().periodsOn(day),
  };
}

function refill<K, V>(map: Map<K, V>, from: ReadonlyMap<K, V>): void {
  map.clear();
  for (const [key, value] of from) map.set(key, value);
}
