/** What the Cloud API checks of a message before it takes it, as its documentation has it. Undefined = taken. */
export function refusalOf(body: Record<string, unknown>): { code: number; details: string } | undefined {
  const invalid = (details: string) => ({ code: 131009, details });
  if (body['messaging_product'] !== 'whatsapp') return { code: 100, details: 'messaging_product is required' };
  if (typeof body['to'] !== 'string' && typeof body['recipient'] !== 'string') {
    return { code: 131008, details: 'to or recipient is required' };
  }
  switch (body['type']) {
    case 'text':
      return sized(at(body, 'text', 'body'), 4096) ? undefined : invalid('text body length');
    case 'interactive':
      return refusalOfInteractive(at(body, 'interactive') as Record<string, unknown>);
    case 'template':
      return typeof at(body, 'template', 'name') === 'string' ? refusalOfTemplate(body) : invalid('template name');
    case 'image':
    case 'video':
    case 'document':
    case 'audio':
      return typeof at(body, String(body['type']), 'id') === 'string' ? undefined : invalid('media id');
    default:
      return { code: 131051, details: 'Unsupported message type' };
  }
}

function refusalOfInteractive(interactive: Record<string, unknown>): { code: number; details: string } | undefined {
  const invalid = (details: string) => ({ code: 131009, details });
  if (!sized(at(interactive, 'body', 'text'), 1024)) return invalid('interactive body length');
  if (interactive['type'] === 'location_request_message') {
    return at(interactive, 'action', 'name') === 'send_location' ? undefined : invalid('interactive action name');
  }
  const isList = interactive['type'] === 'list';
  const items = isList
    ? (at(interactive, 'action', 'sections', '0', 'rows') as Record<string, unknown>[])
    : (at(interactive, 'action', 'buttons') as Record<string, unknown>[]).map((button) => button['reply']);
  if (isList && !sized(at(interactive, 'action', 'button'), 20)) return invalid('list button length');
  if (items.length < 1 || items.length > (isList ? 10 : 3)) return invalid('number of buttons or rows');
  const titles = items.map((item) => at(item, 'title'));
  if (!titles.every((title) => sized(title, isList ? 24 : 20))) return invalid('button or row title length');
  if (new Set(titles).size !== titles.length) return invalid('button or row titles must be unique');
  const ids = items.map((item) => at(item, 'id'));
  if (!ids.every((id) => sized(id, isList ? 200 : 256))) return invalid('button or row id length');
  if (new Set(ids).size !== ids.length) return invalid('button or row ids must be unique');
  const more = items.map((item) => at(item, 'description') ?? 'x');
  return more.every((each) => sized(each, 72)) ? undefined : invalid('row description length');
}

function refusalOfTemplate(body: Record<string, unknown>): { code: number; details: string } | undefined {
  const components = at(body, 'template', 'components') as Record<string, unknown>[];
  const texts = components.filter((each) => each['type'] === 'body').flatMap((each) => each['parameters'] as object[]);
  const isPlain = texts.every((each) => sized(at(each, 'text'), 1024) && !/\n|\t| {5}/.test(String(at(each, 'text'))));
  return isPlain ? undefined : { code: 132018, details: 'a parameter has new lines, tabs or too many spaces' };
}

function sized(value: unknown, maxChars: number): boolean {
  return typeof value === 'string' && value.length >= 1 && value.length <= maxChars;
}

/** The value at a path, undefined where the path ends early. */
export function at(value: unknown, ...path: readonly string[]): unknown {
  return path.reduce<unknown>(
    (inner, name) =>
      typeof inner === 'object' && inner !== null ? (inner as Record<string, unknown>)[name] : undefined,
    value,
  );
}
