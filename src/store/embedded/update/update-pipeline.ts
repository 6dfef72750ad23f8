import type { Constants } from '../aggregate/expression.js';
import { parseStage } from '../aggregate/pipeline.js';
import type { Stage } from '../aggregate/stage.js';
import { elementsOf, fieldsOf, findField, type RawValue } from '../bson/raw.js';
import { T } from '../bson/types.js';
import { BsonWriter } from '../bson/writer.js';
import { StoreError } from '../errors.js';
import { withIdFirst } from '../storage/records.js';

const STAGES = new Set(['$addFields', '$set', '$project', '$unset', '$replaceRoot', '$replaceWith']);
const ID = Buffer.from('_id');

/** An update written as a pipeline: each of its stages makes one document of one. */
export type UpdatePipeline = readonly Stage[];

/** @throws {StoreError} 72 for a stage that has no place in an update */
export function parseUpdatePipeline(value: RawValue, constants: Constants): UpdatePipeline {
  return elementsOf(value).map((entry) => {
    const fields = entry.type === T.object ? fieldsOf(entry) : [];
    const [only] = fields;
    if (!only || fields.length > 1) {
      throw new StoreError(40323, 'A pipeline stage specification object must contain exactly one field.');
    }
    if (!STAGES.has(only[0])) throw new StoreError(72, `${only[0]} is not allowed to be used within an update`);
    return parseStage(only, constants);
  });
}

/** Whatever the pipeline leaves out or puts elsewhere, a document keeps its `_id`, as its first field. */
export function applyUpdatePipeline(pipeline: UpdatePipeline, before: Buffer): Buffer {
  let current = before;
  for (const stage of pipeline) {
    stage.add(current, (result) => {
      current = result;
      return true;
    });
  }
  const id = findField(before, 0, ID);
  // an upsert's document gets its `_id` from whoever inserts it
  if (!id) return current;
  if (findField(current, 0, ID)) return withIdFirst(current, noId);
  const writer = new BsonWriter(current.length + 32);
  writer
    .beginDocument()
    .value('_id', id)
    .payload(current, 4, current.length - 1);
  return writer.end().view();
}

function noId(): Buffer {
  throw new StoreError(66, "an update pipeline can not remove '_id'");
}
