import type { Db } from 'mongodb';
import type { Clock } from '../core/clock.js';
import type { Attachment, FetchRefusal } from '../messages/message.js';

/** Which file of ours a platform's reference became. `_id` is `<lane>#<platformRef>`. */
interface FileLink {
  readonly _id: string;
  readonly at: Date;
  readonly file?: Attachment;
  readonly refused?: FetchRefusal;
}

/**
 * Links platform references to our files. Case evidence that names a reference is given its file when either comes
 * second: the link looks for cases, and a filing looks for links.
 */
export interface FileLinks {
  /** By `_id`. */
  find(lane: string, platformRef: string): Promise<Pick<FileLink, 'file' | 'refused'> | undefined>;
  link(lane: string, platformRef: string, file: Attachment): Promise<void>;
  refuse(lane: string, platformRef: string, reason: FetchRefusal): Promise<void>;
  /** The attachments with the files they have become so far, and with why there will be none. */
  resolve(lane: string, attachments: readonly Attachment[]): Promise<Attachment[]>;
}

export function createFileLinks(deps: {
  db: Db;
  clock: Clock;
  /** Gives the file to cases whose evidence names the reference. */
  onLinked: (platformRef: string, file: Attachment) => Promise<void>;
  /** Lets them know that there will be none. */
  onRefused: (platformRef: string, reason: FetchRefusal) => Promise<void>;
}): FileLinks {
  const links = deps.db.collection<FileLink>('filelinks');
  const idOf = (lane: string, platformRef: string) => `${lane}#${platformRef}`;

  const put = async (lane: string, platformRef: string, became: Pick<FileLink, 'file' | 'refused'>) => {
    const _id = idOf(lane, platformRef);
    await links.updateOne({ _id }, { $set: { ...became, at: deps.clock.now() } }, { upsert: true });
  };

  return {
    find: async (lane, platformRef) => (await links.findOne({ _id: idOf(lane, platformRef) })) ?? undefined,
    async link(lane, platformRef, file) {
      await put(lane, platformRef, { file });
      await deps.onLinked(platformRef, file);
    },
    async refuse(lane, platformRef, refused) {
      await put(lane, platformRef, { refused });
      await deps.onRefused(platformRef, refused);
    },
    async resolve(lane, attachments) {
      const refs = attachments.flatMap((each) =>
        each.platformRef && !each.fileId ? [idOf(lane, each.platformRef)] : [],
      );
      if (refs.length === 0) return [...attachments];
      const found = new Map((await links.find({ _id: { $in: refs } }).toArray()).map((each) => [each._id, each]));
      return attachments.map((each) => {
        const known = each.platformRef ? found.get(idOf(lane, each.platformRef)) : undefined;
        if (known?.file) return { ...each, ...known.file };
        return known?.refused ? { ...each, refused: known.refused } : each;
      });
    },
  };
}
