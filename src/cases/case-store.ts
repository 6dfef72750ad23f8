import type { Db, UpdateFilter } from 'mongodb';
import type { Attachment, FetchRefusal } from '../messages/message.js';
import { isDuplicateKey } from '../store/connect.js';
import type { Case } from './case.js';
import type { CaseUpdate } from './case-update.js';
import { CASE_STATUSES, ENDED_STATUSES } from './status.js';

export interface StaffLoad {
  readonly openCases: number;
  readonly lastAssignedAt?: Date;
}

/** All reading and writing of cases. Holds no rules; every query names the index it relies on. */
export interface CaseStore {
  /**
   * Stores a new case. Doing it again with the same effect key changes nothing.
   * @returns `known` when it was stored before, `taken` when another effect holds this number
   */
  insert(filed: Case): Promise<'added' | 'known' | 'taken'>;
  /** By number. */
  find(number: string): Promise<Case | undefined>;
  /** By number; in no order. */
  findAll(numbers: readonly string[]): Promise<Case[]>;
  /**
   * One change, in one update of one document; it happens only to the case as it was read, and once a key.
   * @param found the case on which the change was worked out
   * @returns false when the case has changed since
   */
  update(found: Pick<Case, '_id' | 'rev'>, change: CaseUpdate): Promise<boolean>;
  /** Many changes, each of another case and under the same guards, in one go. @returns how many were made */
  updateAll(changes: readonly (readonly [Pick<Case, '_id' | 'rev'>, CaseUpdate])[]): Promise<number>;
  /** Cases whose clocks want something by `now`, longest due first, by index wakeAt. */
  due(now: Date, limit: number): Promise<Case[]>;
  /** Cases of a category that haven't ended, newest first, by index (category, receivedAt). */
  openOf(category: string, since: Date, limit: number): Promise<Case[]>;
  /** Cases that haven't ended with a mark, newest first, by index (marks, receivedAt). */
  withMark(mark: string, since: Date, limit: number): Promise<Case[]>;
  /** Those with a picture, by index evidence.sha256. */
  withPicture(sha256: string, limit: number): Promise<Case[]>;
  /** Every case that hasn't ended, by index (status, receivedAt). */
  open(): AsyncIterable<Case>;
  /** Has the sweep look again later; for a case that it could not handle. */
  postpone(found: Pick<Case, '_id' | 'rev'>, until: Date): Promise<void>;
  /** Numbers of cases with something to be told that happened by `now`, oldest first, by index notices.at. */
  withNotices(now: Date, limit: number): Promise<string[]>;
  /** Takes a notice away that was told. By `_id`. */
  removeNotice(number: string, noticeId: string): Promise<void>;
  /** What each of these staff owes the next step of, by index (staffId, dueAt). */
  loadOf(staffIds: readonly string[]): Promise<ReadonlyMap<string, StaffLoad>>;
  /** Whether a picture was in a report or proved a result before, by indexes on their hashes. */
  knowsPicture(sha256: string): Promise<boolean>;
  /** Notes copies of the proof that reporters were sent. By `_id`. */
  addProofCopies(number: string, fileIds: readonly string[]): Promise<void>;
  /** Whether any case has this file, by indexes on its files. */
  refersToFile(fileId: string): Promise<boolean>;
  /** Evidence that is still at its platform becomes a file of ours; by index evidence.platformRef. */
  giveFile(platformRef: string, file: Attachment): Promise<void>;
  /** Evidence that will never come is known as such; by index evidence.platformRef. */
  refuseFile(platformRef: string, reason: FetchRefusal): Promise<void>;
  /** The next number of that day's sequence, 1 first; a number taken and not used leaves a gap. By `_id`. */
  nextSequence(day: string): Promise<number>;
}

export function createCaseStore(db: Db): CaseStore {
  const cases = db.collection<Case>('cases');
  const counters = db.collection<{ _id: string; value: number }>('counters');

  return {
    async insert(filed) {
      try {
        await cases.insertOne(filed);
        return 'added';
      } catch (error) {
        if (!isDuplicateKey(error)) throw error;
        const held = await cases.findOne({ _id: filed._id }, { projection: { effectKey: 1 } });
        return held?.effectKey === filed.effectKey ? 'known' : 'taken';
      }
    },
    find: async (number) => (await cases.findOne({ _id: number })) ?? undefined,
    findAll: (numbers) => cases.find({ _id: { $in: [...numbers] } }).toArray(),
    async update({ _id, rev }, change) {
      const done = await cases.updateOne({ _id, rev, 'history.key': { $ne: change.event.key } }, updateOf(rev, change));
      return done.matchedCount === 1;
    },
    async updateAll(changes) {
      if (changes.length === 0) return 0;
      const operations = changes.map(([{ _id, rev }, change]) => ({
        updateOne: { filter: { _id, rev, 'history.key': { $ne: change.event.key } }, update: updateOf(rev, change) },
      }));
      return (await cases.bulkWrite(operations, { ordered: false })).matchedCount;
    },
    due: (now, limit) => cases.find({ wakeAt: { $lte: now } }, { sort: { wakeAt: 1 }, limit }).toArray(),
    openOf: (category, since, limit) =>
      cases
        .find(
          { category, receivedAt: { $gte: since }, endedAt: { $exists: false } },
          { sort: { receivedAt: -1 }, limit },
        )
        .toArray(),
    withMark: (mark, since, limit) =>
      cases
        .find(
          { marks: mark, receivedAt: { $gte: since }, endedAt: { $exists: false } },
          { sort: { receivedAt: -1 }, limit },
        )
        .toArray(),
    withPicture: (sha256, limit) => cases.find({ 'evidence.sha256': sha256 }, { limit }).toArray(),
    open: () => cases.find({ status: { $in: OPEN_STATUSES } }),
    async postpone({ _id, rev }, until) {
      await cases.updateOne({ _id, rev }, { $set: { wakeAt: until } });
    },
    async withNotices(now, limit) {
      const found = await cases
        .find({ 'notices.at': { $lte: now } }, { sort: { 'notices.at': 1 }, limit, projection: { _id: 1 } })
        .toArray();
      return found.map(({ _id }) => _id);
    },
    async removeNotice(number, noticeId) {
      await cases.updateOne({ _id: number }, { $pull: { notices: { id: noticeId } } });
    },
    async loadOf(staffIds) {
      const owed = cases.find(
        { staffId: { $in: [...staffIds] }, dueAt: { $exists: true } },
        { projection: { staffId: 1, assignedAt: 1 } },
      );
      const loads = new Map<string, StaffLoad>();
      for await (const { staffId = '', assignedAt } of owed) {
        const { openCases = 0, lastAssignedAt } = loads.get(staffId) ?? {};
        const last = lastAssignedAt && assignedAt && lastAssignedAt > assignedAt ? lastAssignedAt : assignedAt;
        loads.set(staffId, { openCases: openCases + 1, ...(last ? { lastAssignedAt: last } : {}) });
      }
      return loads;
    },
    async knowsPicture(sha256) {
      const once = { projection: { _id: 1 } };
      const inReport = await cases.findOne({ 'evidence.sha256': sha256 }, once);
      return inReport !== null || (await cases.findOne({ 'proof.sha256': sha256 }, once)) !== null;
    },
    async giveFile(platformRef, file) {
      const { fileId, mimeType, sizeBytes, sha256, condition } = file;
      const known = Object.entries({ fileId, mimeType, sizeBytes, sha256, condition }).filter(
        ([, value]) => value !== undefined,
      );
      await cases.updateMany(
        { 'evidence.platformRef': platformRef },
        { $set: Object.fromEntries(known.map(([field, value]) => [`evidence.$[each].${field}`, value])) },
        { arrayFilters: [{ 'each.platformRef': platformRef }] },
      );
    },
    async refuseFile(platformRef, reason) {
      await cases.updateMany(
        { 'evidence.platformRef': platformRef },
        { $set: { 'evidence.$[each].refused': reason } },
        { arrayFilters: [{ 'each.platformRef': platformRef }] },
      );
    },
    refersToFile: async (fileId) =>
      (await cases.findOne({ 'evidence.fileId': fileId }, { projection: { _id: 1 } })) !== null ||
      (await cases.findOne({ 'proof.fileId': fileId }, { projection: { _id: 1 } })) !== null ||
      (await cases.findOne({ proofCopies: fileId }, { projection: { _id: 1 } })) !== null,
    async addProofCopies(number, fileIds) {
      await cases.updateOne({ _id: number }, { $addToSet: { proofCopies: { $each: [...fileIds] } } });
    },
    async nextSequence(day) {
      const counter = await counters.findOneAndUpdate(
        { _id: `case:${day}` },
        { $inc: { value: 1 } },
        { upsert: true, returnDocument: 'after' },
      );
      if (!counter) throw new Error(`the counter of ${day} was neither found nor made`);
      return counter.value;
    },
  };
}

const OPEN_STATUSES = CASE_STATUSES.filter((status) => !ENDED_STATUSES.has(status));

function updateOf(rev: number, { patch, event, notices, evidence = [], proof = [] }: CaseUpdate): UpdateFilter<Case> {
  const fields = Object.entries(patch);
  const gone = fields.filter(([, value]) => value === undefined).map(([name]) => [name, ''] as const);
  return {
    $set: {
      ...Object.fromEntries(fields.filter(([, value]) => value !== undefined)),
      rev: rev + 1,
      changedAt: event.at,
    },
    ...(gone.length > 0 ? { $unset: Object.fromEntries(gone) } : {}),
    $push: {
      history: event,
      ...(notices.length > 0 ? { notices: { $each: [...notices] } } : {}),
      ...(evidence.length > 0 ? { evidence: { $each: [...evidence] } } : {}),
      ...(proof.length > 0 ? { proof: { $each: [...proof] } } : {}),
    },
  } as UpdateFilter<Case>;
}
