import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * The Go type of a field as error messages name it, then `!` where an empty value is written too
 * (no `omitempty`), or `?` where a zero struct is not (`omitzero`). A leading `*` is a pointer,
 * which tells absent from zero. `Probe` embeds `ProbeHandler`, so there it is
 * `ProbeHandler/*v1.ExecAction`.
 */
export type GoField = string;

interface GoStruct {
  readonly fields: Record<string, GoField>;
  /** Structs of the same or another package whose fields are taken in. */
  readonly embedded: readonly string[];
}

const modules: readonly (readonly [prefix: string, module: string])[] = [
  ['io.k8s.api.', 'k8s.io/api'],
  ['io.k8s.apimachinery.', 'k8s.io/apimachinery'],
  ['io.k8s.apiextensions-apiserver.', 'k8s.io/apiextensions-apiserver'],
];
const structStart = /^type (\w+) struct \{$/;
const fieldLine = /^\t(?:(\w+)\s+)?([\w.*[\]]+)\s+`(?:\w+:"[^"]*"\s+)*?json:"([\w$-]*)([^"]*)"/;
const packageStructs = new Map<string, Map<string, GoStruct>>();

/** The JSON fields of the Go struct behind a definition of the API server. */
export function goFieldsOf(
  definition: string,
  moduleFolder: (module: string) => string,
): Record<string, GoField> {
  const { folder, name } = locate(definition, moduleFolder);
  const structs = structsOf(folder);
  const collect = (struct: string, within: string): Record<string, GoField> => {
    const found = structs.get(struct);
    // Of another package: `metav1.TypeMeta`.
    if (found === undefined) return { apiVersion: 'string', kind: 'string' };
    const fields: Record<string, GoField> = {};
    for (const inner of found.embedded) Object.assign(fields, collect(inner, `${within}${inner}/`));
    for (const [field, type] of Object.entries(found.fields)) fields[field] = `${within}${type}`;
    return fields;
  };
  return collect(name, '');
}

function locate(
  definition: string,
  moduleFolder: (module: string) => string,
): { folder: string; name: string } {
  for (const [prefix, module] of modules) {
    if (!definition.startsWith(prefix)) continue;
    const parts = definition.slice(prefix.length).split('.');
    const name = parts.pop() ?? '';
    return { folder: join(moduleFolder(module), ...parts), name };
  }
  throw new Error(`no Go module is known for ${definition}`);
}

function structsOf(folder: string): Map<string, GoStruct> {
  const known = packageStructs.get(folder);
  if (known !== undefined) return known;
  const found = new Map<string, GoStruct>();
  for (const file of readdirSync(folder)) {
    if (!file.endsWith('.go') || /_test\.go$|^(zz_)?generated/.test(file)) continue;
    readStructs(readFileSync(join(folder, file), 'utf8'), found);
  }
  packageStructs.set(folder, found);
  return found;
}

function readStructs(source: string, into: Map<string, GoStruct>): void {
  const packageName = /^package (\w+)$/m.exec(source)?.[1] ?? '';
  let fields: Record<string, GoField> | undefined;
  let embedded: string[] = [];
  for (const line of source.split('\n')) {
    const started = structStart.exec(line);
    if (started?.[1] !== undefined) {
      fields = {};
      embedded = [];
      into.set(started[1], { fields, embedded });
    } else if (line === '}') {
      fields = undefined;
    }
    if (fields) readField(line, { fields, embedded, packageName });
  }
}

function readField(
  line: string,
  into: { fields: Record<string, GoField>; embedded: string[]; packageName: string },
): void {
  const [, , type, jsonName = '', options = ''] = fieldLine.exec(line) ?? [];
  if (type === undefined || jsonName === '-') return;
  if (options.includes(',inline') || jsonName === '') into.embedded.push(type);
  else into.fields[jsonName] = described(type, options, into.packageName);
}

function described(type: string, options: string, packageName: string): GoField {
  const qualified = type
    .replace('[]byte', '[]uint8')
    .replace(/\b(meta|core)v1\./g, 'v1.')
    .replace(/(^|[[\]*])([A-Z]\w*)/g, `$1${packageName}.$2`);
  if (options.includes('omitzero')) return `${qualified}?`;
  return options.includes('omitempty') ? qualified : `${qualified}!`;
}
