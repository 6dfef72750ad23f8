import { AppError } from '../core/errors.js';
import type { FileEditBody } from './api/admin-files.js';
import type { TenantChange, WrittenBy } from './tenant-change.js';
import type { TenantData } from './tenant-data.js';
import { holidaysPath } from './tenant-paths.js';
import { readYear } from './tenant-raw.js';

export type HolidayList = 'holidays' | 'jointLeave';

export interface TenantHolidays {
  /** @throws {AppError} as {@link TenantChange.write}; `admin.file_refused` for a year that has no file yet */
  add(day: { on: string; name: string; list: HolidayList }, by: WrittenBy): ReturnType<TenantChange['write']>;
  /** @throws {AppError} `request.not_found` when it is none */
  remove(on: string, by: WrittenBy): ReturnType<TenantChange['write']>;
}

/** Single days off. The file's own count, which shows a line lost while copying a decree, is kept in step. */
export function createTenantHolidays(data: TenantData, change: TenantChange): TenantHolidays {
  const yearOf = (on: string) => {
    const path = holidaysPath(Number(on.slice(0, 4)));
    const text = data.textOf(path);
    return { path, year: text === undefined ? undefined : readYear(text) };
  };
  return {
    async add({ on, name, list }, by) {
      const { path, year } = yearOf(on);
      if (!year) {
        const message = `There are no holidays of ${on.slice(0, 4)} yet: write ${path} from the joint decree first`;
        throw new AppError('admin.file_refused', message, { path });
      }
      const edits: FileEditBody['edits'] = [
        { do: 'add', at: [list], value: { on, name } },
        { do: 'set', at: ['count', list], value: year[list].length + 1 },
      ];
      return change.edit(path, edits, by);
    },
    async remove(on, by) {
      const { path, year } = yearOf(on);
      const list = (['holidays', 'jointLeave'] as const).find((each) => year?.[each].some((day) => day.on === on));
      if (!year || !list) throw new AppError('request.not_found', `${on} is no day off`);
      const index = year[list].findIndex((day) => day.on === on);
      const edits: FileEditBody['edits'] = [
        { do: 'remove', at: [list, index] },
        { do: 'set', at: ['count', list], value: year[list].length - 1 },
      ];
      return change.edit(path, edits, by);
    },
  };
}
