/** A request's fields: files as bytes, all else as text. */
export interface MultipartFields {
  readonly fields: Readonly<Record<string, string>>;
  readonly files: Readonly<Record<string, { readonly name: string; readonly bytes: Buffer }>>;
}

/** Reads a multipart/form-data body that is whole in memory. */
export function readMultipart(body: Buffer, contentType: string): MultipartFields {
  const boundary = /boundary=(?:"([^"]+)"|([^;]+))/.exec(contentType)?.slice(1).find(Boolean);
  const fields: Record<string, string> = {};
  const files: Record<string, { name: string; bytes: Buffer }> = {};
  if (boundary === undefined) return { fields, files };

  for (const part of partsOf(body, Buffer.from(`--${boundary}`))) {
    const headEnd = part.indexOf('\r\n\r\n');
    if (headEnd < 0) continue;
    const head = part.toString('utf8', 0, headEnd);
    const bytes = part.subarray(headEnd + 4);
    const name = /\bname="([^"]*)"/.exec(head)?.[1];
    const fileName = /\bfilename="([^"]*)"/.exec(head)?.[1];
    if (name === undefined) continue;
    if (fileName === undefined) fields[name] = bytes.toString('utf8');
    else files[name] = { name: fileName, bytes };
  }
  return { fields, files };
}

function* partsOf(body: Buffer, delimiter: Buffer): Generator<Buffer> {
  let at = body.indexOf(delimiter);
  while (at >= 0) {
    const start = at + delimiter.length + 2;
    const end = body.indexOf(delimiter, start);
    if (end < 0) return;
    yield body.subarray(start, end - 2);
    at = end;
  }
}
