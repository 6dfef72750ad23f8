import { type Constants, parseExpression } from '../aggregate/expression.js';
import { fieldsOf } from '../bson/raw.js';
import { document, RAW_NULL } from '../bson/writer.js';
import type { Command } from './command.js';

const EMPTY = document(() => undefined);

/** The constants of a command's `let`, computed once; `$expr` and stages see them as `$$name`. */
export function constantsOf(command: Command): Constants {
  const given = command.document('let');
  const constants = new Map<string, NonNullable<ReturnType<Constants['get']>>>();
  for (const [name, value] of given ? fieldsOf(given) : []) {
    constants.set(name, parseExpression(value, constants)(EMPTY) ?? RAW_NULL);
  }
  return constants;
}
