import type { RawMessage } from '../raw-message.js';

const FILE_TYPES: ReadonlySet<unknown> = new Set(['image', 'video', 'audio', 'ptt', 'ptv', 'document', 'sticker']);

/**
 * Takes from WhatsApp Web's model of a message what {@link RawMessage} names. Total: what is missing stays missing, and
 * whether it suffices is judged where it is read.
 *
 * The body of a file is a thumbnail, whether or not the file itself can be had, so its words are its caption only.
 */
export function cutDown(model: unknown): Partial<Record<keyof RawMessage, unknown>> {
  const data = recordOf(model);
  const id = recordOf(data['id']);
  const isFile = FILE_TYPES.has(data['type']);
  return definedOf({
    id: id['id'],
    ref: id['_serialized'],
    chat: serialized(id['remote']),
    fromMe: id['fromMe'],
    type: data['type'],
    subtype: data['subtype'],
    text: isFile ? data['caption'] : textOf(data),
    sentAtSeconds: data['t'],
    name: data['notifyName'],
    isStatus: data['isStatusV3'],
    isBroadcast: data['broadcast'],
    isForwarded: data['isForwarded'],
    latitude: data['lat'],
    longitude: data['lng'],
    place: data['loc'],
    mimeType: data['mimetype'],
    sizeBytes: data['size'],
    hasFile: isFile ? typeof data['directPath'] === 'string' : undefined,
    albumId: isFile ? recordOf(data['parentMsgKey'])['id'] : undefined,
    editedAtMs: data['latestEditSenderTimestampMs'],
  });
}

/** The body of a place is a picture of its map. */
function textOf(data: Record<string, unknown>): unknown {
  return data['type'] === 'location' ? undefined : data['body'];
}

function serialized(id: unknown): unknown {
  return typeof id === 'object' ? recordOf(id)['_serialized'] : id;
}

function recordOf(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}

function definedOf<T extends object>(value: T): T {
  return Object.fromEntries(Object.entries(value).filter(([, each]) => each !== undefined && each !== null)) as T;
}
