import { fieldsOf, type RawValue } from '../bson/raw.js';
import { T } from '../bson/types.js';
import { document, RAW_NULL } from '../bson/writer.js';
import { StoreError } from '../errors.js';
import { encodeValue } from '../index/key-encoding.js';
import { KeyWriter } from '../index/key-writer.js';
import { MAX_SORT_BYTES } from '../query/sort.js';
import { type Accumulator, detached, newAccumulator } from './accumulators.js';
import { type Constants, type Expression, parseExpression } from './expression.js';
import type { Emit, Stage } from './stage.js';

interface GroupField {
  readonly name: string;
  readonly expression: Expression;
  readonly create: () => Accumulator;
}

interface Group {
  readonly id: RawValue;
  readonly accumulators: readonly Accumulator[];
}

/** Rough cost of a group besides its values. */
const GROUP_BYTES = 200;
const MAX_KEY_BYTES = 16 * 1024 * 1024;
/** Groups are weighed once in so many documents; weighing all of them each time would be quadratic. */
const WEIGH_EVERY = 1000;

/** @throws {StoreError} 15947 and following for a malformed $group, 15952 for an accumulator outside the subset */
export function parseGroup(value: RawValue, constants: Constants): Stage {
  if (value.type !== T.object) throw new StoreError(15947, "a group's fields must be specified in an object");
  let id: Expression | undefined;
  const fields: GroupField[] = [];
  for (const [name, operand] of fieldsOf(value)) {
    if (name === '_id') {
      id = parseExpression(operand, constants);
      continue;
    }
    if (name.includes('.')) throw new StoreError(40235, `The field name '${name}' cannot contain '.'`);
    if (name.startsWith('$')) throw new StoreError(40236, `The field name '${name}' cannot be an operator name`);
    const parts = operand.type === T.object ? fieldsOf(operand) : [];
    const [only] = parts;
    if (!only?.[0].startsWith('$')) {
      throw new StoreError(40234, `The field '${name}' must be an accumulator object`);
    }
    if (parts.length > 1) throw new StoreError(40238, `The field '${name}' must specify one accumulator`);
    fields.push({ name, create: newAccumulator(only[0]), expression: parseExpression(only[1], constants) });
  }
  if (!id) throw new StoreError(15955, 'a group specification must include an _id');
  return new GroupStage(id, fields);
}

class GroupStage implements Stage {
  private readonly groups = new Map<string, Group>();
  private readonly writer = new KeyWriter(MAX_KEY_BYTES);
  private keyBytes = 0;
  private added = 0;

  constructor(
    private readonly id: Expression,
    private readonly fields: readonly GroupField[],
  ) {}

  add(document: Buffer): boolean {
    const group = this.groupOf(this.id(document) ?? RAW_NULL);
    for (const [position, { expression }] of this.fields.entries()) {
      group.accumulators[position]?.add(expression(document));
    }
    this.added++;
    if (this.added % WEIGH_EVERY === 0 || document.length > MAX_SORT_BYTES / WEIGH_EVERY) this.weigh();
    return true;
  }

  end(emit: Emit): void {
    for (const { id, accumulators } of this.groups.values()) {
      const result = document((writer) => {
        writer.value('_id', id);
        for (const [position, { name }] of this.fields.entries()) {
          writer.value(name, accumulators[position]?.result() ?? RAW_NULL);
        }
      });
      if (!emit(result)) return;
    }
  }

  private groupOf(id: RawValue): Group {
    this.writer.reset();
    encodeValue(this.writer, id);
    const key = this.writer.copy().toString('latin1');
    const known = this.groups.get(key);
    if (known) return known;
    const group = { id: detached(id), accumulators: this.fields.map(({ create }) => create()) };
    this.groups.set(key, group);
    this.keyBytes += key.length + id.end - id.start + GROUP_BYTES;
    return group;
  }

  private weigh(): void {
    let held = this.keyBytes;
    for (const { accumulators } of this.groups.values()) for (const each of accumulators) held += each.heldBytes();
    if (held <= MAX_SORT_BYTES) return;
    throw new StoreError(292, `Exceeded memory limit for $group: ${held} bytes, at most ${MAX_SORT_BYTES}`);
  }
}
