import { AppError } from '../core/errors.js';

/**
 * Rows of a CSV file with a header line (RFC 4180: quoted fields may hold commas, quotes and line breaks), as one
 * record a row. Only the named columns are kept. Spreadsheets in Indonesian write semicolons for commas: a file whose
 * header has no comma may have those.
 *
 * @throws {AppError} `request.invalid` naming the row or the missing column, never a text of the file
 */
export function readCsv(content: string, columns: readonly string[]): readonly ReadonlyMap<string, string>[] {
  if (content.includes('\0')) {
    throw new AppError('request.invalid', 'this is no text in UTF-8; save it as "CSV UTF-8"', {});
  }
  const [header, ...rows] = parseRows(content, separatorOf(content));
  const places = columns.map((column) => {
    const at = header?.indexOf(column) ?? -1;
    if (at === -1)
      throw new AppError('request.invalid', `the first line has no column "${column}"; add it`, { column });
    return [column, at] as const;
  });
  return rows.map((row, index) => {
    const record = new Map<string, string>();
    for (const [column, at] of places) {
      const field = row[at];
      if (field === undefined) {
        throw new AppError('request.invalid', `row ${index + 2} has no field "${column}"; complete or remove it`, {
          row: index + 2,
        });
      }
      record.set(column, field);
    }
    return record;
  });
}

function separatorOf(content: string): string {
  const end = content.indexOf('\n');
  const header = end === -1 ? content : content.slice(0, end);
  return header.includes(';') && !header.includes(',') ? ';' : ',';
}

function parseRows(content: string, separator: string): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  let field = '';
  let quoted = false;
  const endRow = (): void => {
    row.push(field);
    if (row.length > 1 || row[0] !== '') rows.push(row);
    row = [];
    field = '';
  };
  for (let at = content.charCodeAt(0) === 0xfeff ? 1 : 0; at < content.length; at += 1) {
    const character = content.charAt(at);
    if (quoted) {
      if (character !== '"') field += character;
      else if (content.charAt(at + 1) === '"') {
        field += '"';
        at += 1;
      } else quoted = false;
    } else if (character === '"' && field === '') quoted = true;
    else if (character === separator) {
      row.push(field);
      field = '';
    } else if (character === '\n') endRow();
    else if (character !== '\r') field += character;
  }
  if (quoted)
    throw new AppError('request.invalid', `row ${rows.length + 1} opens a quote and never closes it; close it`, {});
  if (field !== '' || row.length > 0) endRow();
  return rows;
}
