import type { Actor } from './actor.js';
import type { FileState } from './api/admin-files.js';
import type { People } from './people.js';
import { may } from './rights.js';
import type { TenantData } from './tenant-data.js';
import { hashOf } from './tenant-folder.js';
import { allTenantPaths, findTenantPath, type TenantPath } from './tenant-paths.js';

/** How the office's files stand, as somebody may see and change them. */
export interface TenantStates {
  stateOf(path: string, actor: Actor, people: Pick<People, 'nameOf'>): FileState;
  /** Every file this person may read. */
  all(actor: Actor, people: Pick<People, 'nameOf'>): FileState[];
}

export function createTenantStates(data: TenantData): TenantStates {
  const stateOf = (
    { path, object, needsRestart }: TenantPath,
    actor: Actor,
    people: Pick<People, 'nameOf'>,
  ): FileState => {
    const own = data.newest.get(path);
    const version = own?.version ?? 0;
    const why = data.refused.get(path);
    const versionInForce = why !== undefined ? 0 : needsRestart ? (data.atStart.get(path) ?? 0) : version;
    const byName = own && people.nameOf(own.by);
    return {
      path,
      version,
      ...(own ? { by: own.by, at: own.at.toISOString() } : {}),
      ...(byName === undefined ? {} : { byName }),
      state: why !== undefined ? 'refused' : versionInForce === version ? 'live' : 'after_restart',
      versionInForce,
      ...(why === undefined ? {} : { why }),
      shippedHasChanged: own?.text !== undefined && own.shippedHash !== hashOf(data.shippedText(path)),
      mayWrite: may(actor, object, 'write'),
      needsRestart,
    };
  };
  return {
    stateOf(path, actor, people) {
      const known = findTenantPath(path);
      if (!known) throw new RangeError(`${path} is not a file of the office's`);
      return stateOf(known, actor, people);
    },
    all: (actor, people) =>
      allTenantPaths(data.years())
        .filter(({ object }) => may(actor, object, 'read'))
        .map((each) => stateOf(each, actor, people)),
  };
}
