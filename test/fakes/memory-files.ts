import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import type { Attachment } from '../../src/messages/message.js';
import { watchCondition } from '../../src/store/file-condition.js';
import { judgeType } from '../../src/store/file-types.js';
import type { FileStore } from '../../src/store/files.js';
import { renderForDisplay } from '../../src/store/image.js';

/** Files kept in memory, judged and shown by the same rules as the real store's. */
export function createMemoryFiles(): FileStore {
  const kept = new Map<string, { owner: string; attachment: Attachment; bytes: Buffer }>();

  function own(owner: string, fileId: string) {
    const file = kept.get(fileId);
    return file?.owner === owner ? file : undefined;
  }

  return {
    async save(owner, body, declared) {
      const bytes = Buffer.isBuffer(body) ? body : await buffer(body);
      const { kind, mimeType } = await judgeType(bytes, declared.mimeType);
      const watch = watchCondition(mimeType);
      watch.see(bytes);
      const condition = watch.condition();
      const sha256 = createHash('sha256').update(bytes).digest('hex');
      const fileId = createHash('sha256').update(owner).update(sha256).digest('hex').slice(0, 24);
      const attachment = {
        kind,
        fileId,
        mimeType,
        sizeBytes: bytes.length,
        sha256,
        ...(condition ? { condition } : {}),
      };
      kept.set(fileId, { owner, attachment, bytes });
      return attachment;
    },

    ownerOf: async (fileId) => kept.get(fileId)?.owner,

    find: async (owner, fileId) => own(owner, fileId)?.attachment,

    async open(owner, fileId) {
      const file = own(owner, fileId);
      return file && { attachment: file.attachment, stream: Readable.from([file.bytes]) };
    },

    async display(owner, fileId) {
      const file = own(owner, fileId);
      const body = file?.attachment.kind === 'image' ? await renderForDisplay(file.bytes) : undefined;
      return body && { mimeType: 'image/jpeg', body };
    },

    async share(owner, fileId) {
      const file = own(owner, fileId);
      return file && { mimeType: file.attachment.mimeType ?? '', body: file.bytes };
    },

    release: async () => undefined,
    scanWaiting: async () => 0,
    sweepUnreferenced: async () => 0,
  };
}
