type Path = readonly (string | number)[];

/** What a field of any type may be turned into. */
const OTHER_VALUES: readonly unknown[] = [null, 'x', '', -1, 2 ** 60, true, [], {}, [null], { a: { b: [] } }];

/** Every single field removed, and every single field turned into each of {@link OTHER_VALUES}. */
export function* mutationsOf(root: unknown): Generator<{ mutated: unknown; how: string }> {
  for (const path of pathsOf(root)) {
    yield { mutated: changed(root, path), how: `${path.join('.')} removed` };
    for (const value of OTHER_VALUES) {
      yield { mutated: changed(root, path, { value }), how: `${path.join('.')} = ${JSON.stringify(value)}` };
    }
  }
}

function* pathsOf(value: unknown, prefix: Path = []): Generator<Path> {
  if (typeof value !== 'object' || value === null) return;
  for (const key of Object.keys(value)) {
    const path = [...prefix, key];
    yield path;
    yield* pathsOf((value as Record<string, unknown>)[key], path);
  }
}

function changed(root: unknown, path: Path, to?: { readonly value: unknown }): unknown {
  const copy = structuredClone(root);
  const parent = path
    .slice(0, -1)
    .reduce<unknown>((each, key) => (each as Record<string | number, unknown>)[key], copy);
  const key = path.at(-1) ?? '';
  if (to) (parent as Record<string | number, unknown>)[key] = to.value;
  else if (Array.isArray(parent)) parent.splice(Number(key), 1);
  else delete (parent as Record<string | number, unknown>)[key];
  return copy;
}
