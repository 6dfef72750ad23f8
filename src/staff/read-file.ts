import type { Readable } from 'node:stream';
import type { Db } from 'mongodb';
import type { Case } from '../cases/case.js';
import { caseFilesOf } from '../cases/case.js';
import type { CaseLists } from '../cases/case-lists.js';
import { AppError } from '../core/errors.js';
import type { Attachment } from '../messages/message.js';
import { createCopyFile } from '../store/copy-file.js';
import type { FileStore } from '../store/files.js';
import type { Actor } from './actor.js';
import type { NoteRead } from './audit-reads.js';
import type { CaseAccess } from './case-access.js';
import type { ChatAccess } from './chat-access.js';
import { demand, may } from './rights.js';
import { rowAt, standingIn } from './row-sight.js';

const CASE_OWNER = caseFilesOf('');

export interface ReadFileDeps {
  readonly db: Db;
  readonly files: FileStore;
  readonly chats: ChatAccess;
  readonly cases: CaseAccess;
  readonly lists: Pick<CaseLists, 'mayRead'>;
  readonly noteRead: NoteRead;
}

/** Files that were sent or given, for whoever may read the chat or the case they are in. */
export interface StaffFiles {
  /**
   * The original.
   * @throws {AppError} `request.not_found` when there is none, or they may not read it; `request.forbidden` when it is in
   *   quarantine
   */
  open(actor: Actor, fileId: string): Promise<{ readonly attachment: Attachment; readonly stream: Readable }>;
  /**
   * A picture redrawn, or a PDF, without what it tells of its maker; undefined for other kinds, and where that can't be
   * done.
   * @throws as {@link open}
   */
  display(actor: Actor, fileId: string): Promise<{ readonly mimeType: string; readonly body: Buffer } | undefined>;
  /** A file to go with a reply. @throws {AppError} as `FileStore.save`, and as {@link ChatAccess.open} */
  saveToChat(actor: Actor, conversationId: string, body: Readable, mimeType: string): Promise<Attachment>;
  /** A file that proves a result. @throws {AppError} as `FileStore.save`, and as {@link CaseAccess.open} */
  saveToCase(actor: Actor, number: string, body: Readable, mimeType: string): Promise<Attachment>;
}

export function createStaffFiles(deps: ReadFileDeps): StaffFiles {
  const { files, chats } = deps;
  const copyFile = createCopyFile(files);
  const cases = deps.db.collection<Case>('cases');

  /** Who owns a file, once it is certain that this person may read it. */
  const ownerFor = async (actor: Actor, fileId: string): Promise<string> => {
    demand(actor, 'attachment', 'read');
    const owner = await files.ownerOf(fileId);
    if (owner === undefined || !(await mayReadOf(actor, owner, fileId))) throw notFound();
    await deps.noteRead(actor.staffId, 'file.read', fileId);
    return owner;
  };

  const mayReadOf = async (actor: Actor, owner: string, fileId: string): Promise<boolean> => {
    if (owner.startsWith(CASE_OWNER)) return opens(deps.cases.open(actor, owner.slice(CASE_OWNER.length)));
    if (await opens(chats.open(actor, owner))) return true;
    // evidence belongs to the chat it came in, and is read with the case as well
    const holding = await cases.find({ 'evidence.fileId': fileId }).toArray();
    for (const found of holding) if (await deps.lists.mayRead(actor, found)) return true;
    return false;
  };

  return {
    async open(actor, fileId) {
      const found = await files.open(await ownerFor(actor, fileId), fileId);
      if (!found) throw notFound();
      if (found.attachment.condition === 'quarantined')
        throw new AppError('request.forbidden', 'The file may do harm: it is kept, but not handed out');
      return found;
    },
    async display(actor, fileId) {
      const owner = await ownerFor(actor, fileId);
      const kept = await files.find(owner, fileId);
      return kept?.mimeType === 'application/pdf' ? files.share(owner, fileId) : files.display(owner, fileId);
    },
    async saveToChat(actor, conversationId, body, mimeType) {
      const { row, sight } = await chats.open(actor, conversationId);
      if (!may(standingIn(sight), 'attachment', 'write', rowAt(row)))
        throw new AppError('request.forbidden', 'Take the conversation over first', { object: 'attachment' });
      const saved = sound(await files.save(conversationId, body, { mimeType }));
      return handed(await copyFile(conversationId, conversationId, saved));
    },
    async saveToCase(actor, number, body, mimeType) {
      await deps.cases.open(actor, number, 'status');
      const owner = caseFilesOf(number);
      const saved = sound(await files.save(owner, body, { mimeType }));
      // kept as it is, for it proves something; but what reporters are sent must be to be had
      handed(saved.fileId && (await files.share(owner, saved.fileId)));
      return saved;
    },
  };
}

/** Of a citizen everything is kept; staff can send theirs again. What is refused here nobody refers to, and is swept. */
function sound(saved: Attachment): Attachment {
  if (saved.condition === undefined || saved.condition === 'locked') return saved;
  throw new AppError('file.unsupported_type', 'The file is empty, broken, or may do harm');
}

/** @throws {AppError} for what can't be freed from what it tells of its maker */
function handed<T>(copy: T | undefined | ''): T {
  if (copy) return copy;
  throw new AppError('file.unsupported_type', 'The file can not be shown to citizens: send a photo as JPEG or PNG');
}

async function opens(opening: Promise<unknown>): Promise<boolean> {
  try {
    await opening;
    return true;
  } catch (error) {
    if (error instanceof AppError && HIDDEN.has(error.code)) return false;
    throw error;
  }
}

const HIDDEN: ReadonlySet<AppError['code']> = new Set([
  'conversation.not_found',
  'case.not_found',
  'request.forbidden',
]);

function notFound(): AppError {
  return new AppError('request.not_found', 'There is no such file');
}
