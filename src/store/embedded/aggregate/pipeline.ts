import { type RawValue, textOf } from '../bson/raw.js';
import { T } from '../bson/types.js';
import { document as buildDocument, rawCount } from '../bson/writer.js';
import { StoreError } from '../errors.js';
import type { Filter } from '../query/filter.js';
import { matches } from '../query/match.js';
import { parseFilter } from '../query/parse-filter.js';
import { parseSort, type Sort, Sorter } from '../query/sort.js';
import { wholeNumberOf } from './accumulators.js';
import type { Constants } from './expression.js';
import { parseAddFields, parseProject, parseReplaceRoot, parseUnset } from './fields.js';
import { parseGroup } from './group.js';
import { type Emit, mapping, type Stage } from './stage.js';
import { parseUnwind } from './unwind.js';

/** A pipeline split into what the planner may use and what runs on the documents found. */
export interface Pipeline {
  /** The leading `$match` stages. */
  readonly filter: Filter;
  /** The `$sort` right behind them; left out of `stages` by whoever has an index in that order. */
  readonly sort: Sort | undefined;
  /** Of a `$limit` right behind that, else 0. */
  readonly sortLimit: number;
  readonly stages: readonly Stage[];
}

export type NamedStage = readonly [name: string, operand: RawValue];

/** @throws {StoreError} 40324 naming a stage outside the subset, and what its parts throw */
export function parsePipeline(stages: readonly NamedStage[], constants: Constants): Pipeline {
  const filters: Filter[] = [];
  let next = 0;
  for (; stages[next]?.[0] === '$match'; next++) filters.push(parseMatch(stages[next]?.[1], constants));
  let sort: Sort | undefined;
  let sortLimit = 0;
  const second = stages[next];
  if (second?.[0] === '$sort') {
    sort = requireSort(second[1]);
    next++;
    sortLimit = limitOf(stages[next]);
  }
  const rest = stages.slice(next).map((stage, at) => parseStage(stage, constants, limitOf(stages[next + at + 1])));
  return { filter: { op: 'and', filters }, sort, sortLimit, stages: rest };
}

function limitOf(stage: NamedStage | undefined): number {
  return stage?.[0] === '$limit' ? positive('$limit', stage[1], 15958) : 0;
}

function parseMatch(operand: RawValue | undefined, constants: Constants): Filter {
  if (operand?.type !== T.object) throw new StoreError(15959, 'the match filter must be an expression in an object');
  return parseFilter(operand, constants);
}

function requireSort(operand: RawValue): Sort {
  if (operand.type !== T.object) throw new StoreError(15973, 'the $sort key specification must be an object');
  const sort = parseSort(operand);
  if (!sort) throw new StoreError(15976, '$sort stage must have at least one sort key');
  return sort;
}

/** @param followingLimit how many documents the next stage wants, 0 for all */
export function parseStage([name, operand]: NamedStage, constants: Constants, followingLimit = 0): Stage {
  switch (name) {
    case '$match': {
      const filter = parseMatch(operand, constants);
      return mapping((document, emit) => (matches(filter, document) ? emit(document) : true));
    }
    case '$sort':
      return sortStage(requireSort(operand), followingLimit);
    case '$limit':
      return limitStage(positive(name, operand, 15958));
    case '$skip':
      return skipStage(notNegative(name, operand));
    case '$group':
      return parseGroup(operand, constants);
    case '$project':
      return parseProject(operand, constants);
    case '$addFields':
    case '$set':
      return parseAddFields(operand, constants);
    case '$unset':
      return parseUnset(operand);
    case '$replaceWith':
    case '$replaceRoot':
      return parseReplaceRoot(name, operand, constants);
    case '$unwind':
      return parseUnwind(operand);
    case '$count':
      return countStage(operand);
    default:
      throw new StoreError(40324, `Unrecognized pipeline stage name: '${name}' (not in the embedded store's subset)`);
  }
}

function positive(name: string, operand: RawValue, code: number): number {
  const number = notNegative(name, operand);
  if (number === 0) throw new StoreError(code, 'the limit must be positive');
  return number;
}

function notNegative(name: string, operand: RawValue): number {
  const number = wholeNumberOf(operand);
  if (Number.isSafeInteger(number) && number >= 0) return number;
  throw new StoreError(5107201, `invalid argument to ${name} stage: Expected a non-negative number`);
}

/** @param limit how many documents the next stage wants, 0 for all */
export function sortStage(sort: Sort, limit: number): Stage {
  const sorter = new Sorter(sort, limit);
  return {
    add(document) {
      sorter.add(document);
      return true;
    },
    end(emit) {
      for (const document of sorter.finish()) if (!emit(document)) return;
    },
  };
}

function limitStage(limit: number): Stage {
  let passed = 0;
  return mapping((document, emit) => {
    passed++;
    return emit(document) && passed < limit;
  });
}

function skipStage(skip: number): Stage {
  let skipped = 0;
  return mapping((document, emit) => {
    if (skipped === skip) return emit(document);
    skipped++;
    return true;
  });
}

function countStage(operand: RawValue): Stage {
  const name = operand.type === T.string ? textOf(operand) : '';
  if (name === '') throw new StoreError(40156, 'the count field must be a non-empty string');
  if (name.startsWith('$')) throw new StoreError(40158, 'the count field cannot be a $-prefixed path');
  if (name.includes('.')) throw new StoreError(40160, "the count field cannot contain '.'");
  let total = 0;
  return {
    add() {
      total++;
      return true;
    },
    end(emit: Emit) {
      if (total > 0) emit(buildDocument((writer) => writer.value(name, rawCount(total))));
    },
  };
}
