// Writes how clients encode the sandbox's objects with protobuf: the field numbers and types of
// Kubernetes' `generated.proto`, under the JSON names of the Go structs that they stand for.
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import schemas from '../packages/kube-sandbox/src/data/kubernetes-schemas.json' with { type: 'json' };
import type {
  FieldData,
  MessageData,
} from '../packages/kube-sandbox/src/protobuf/message-types.js';
import { valueForms } from '../packages/kube-sandbox/src/protobuf/value-forms.js';

const target = 'packages/kube-sandbox/src/data/kubernetes-protobuf.json';
const goModuleDir = 'test/cluster';
/** The prefix of proto packages, their Go module, and its folder for the rest of the name. */
const modules: readonly (readonly [prefix: string, module: string, below: string])[] = [
  ['k8s.io.api.', 'k8s.io/api', ''],
  ['k8s.io.apimachinery.pkg.', 'k8s.io/apimachinery', 'pkg'],
  ['k8s.io.apiextensions_apiserver.pkg.', 'k8s.io/apiextensions-apiserver', 'pkg'],
];
const scalars = new Set(['string', 'bytes', 'bool', 'int32', 'int64', 'double']);
const envelope = 'k8s.io.apimachinery.pkg.runtime.Unknown';
/** Of these the sandbox sees the fields as protobuf names them. */
const withProtobufNames = new Set([shortName(envelope), ...valueForms.keys()]);

interface ProtoField {
  readonly number: string;
  readonly name: string;
  readonly type: string;
  readonly shape: '' | 'list' | 'map';
}

interface GoTag {
  readonly goName: string;
  /** Empty for a struct that is taken in. */
  readonly jsonName: string;
}

interface GoPackage {
  /** By struct and field number. */
  readonly structs: Map<string, Map<string, GoTag>>;
  /** Named list types, which protobuf wraps in a message. */
  readonly lists: Set<string>;
}

const fieldLine = /^ {2}(optional|repeated|required|map<\w+,) (\S+) (\w+) = (\d+);/;
const goField = /^\t(?:(\w+)\s+)?([\w.*[\]]+)\s+`(.*)`/;
const protoPackages = new Map<string, Map<string, readonly ProtoField[]>>();
const goPackages = new Map<string, GoPackage>();
const moduleFolders = new Map<string, string>();

const kinds: Record<string, string> = {};
const messages: Record<string, MessageData> = {};
for (const [kind, definition] of Object.entries(schemas.kinds)) {
  // Packages of protobuf have no dashes.
  const message = definition.replace(/^io\.k8s\./, 'k8s.io.').replaceAll('-', '_');
  kinds[kind] = shortName(message);
  collect(message);
}
collect(envelope);
const sorted = Object.fromEntries(Object.entries(messages).sort(([a], [b]) => (a < b ? -1 : 1)));
writeFileSync(target, `${JSON.stringify({ kinds, messages: sorted })}\n`);

function collect(message: string): void {
  const id = shortName(message);
  if (messages[id] !== undefined) return;
  const cut = message.lastIndexOf('.');
  const [packageName, name] = [message.slice(0, cut), message.slice(cut + 1)];
  const fields = protoPackage(packageName).get(name);
  if (fields === undefined) throw new Error(`there is no message ${message}`);
  const described: Record<string, FieldData> = {};
  messages[id] = described;
  const go = goPackage(packageName);
  const pending: string[] = [];
  for (const field of fields) {
    const type = scalars.has(field.type) ? field.type : qualified(field.type, packageName);
    if (!scalars.has(type)) pending.push(type);
    const tag = tagOf(go, name, field, id);
    if (tag.jsonName === '-') continue;
    described[field.number] = fieldData(field, scalars.has(type) ? type : shortName(type), tag);
  }
  pending.forEach(collect);
}

function tagOf(go: GoPackage, struct: string, field: ProtoField, id: string): GoTag {
  const plain = { goName: capitalised(field.name), jsonName: field.name };
  // Every wrapper has the one field `items`.
  if (withProtobufNames.has(id)) return plain;
  if (go.lists.has(struct)) return { ...plain, jsonName: '' };
  const tag = go.structs.get(struct)?.get(field.number);
  if (tag === undefined) throw new Error(`no Go field stands for ${id}.${field.name}`);
  return tag;
}

function fieldData({ shape }: ProtoField, type: string, { goName, jsonName }: GoTag): FieldData {
  if (goName !== capitalised(jsonName)) return [jsonName, type, shape, goName];
  return shape === '' ? [jsonName, type] : [jsonName, type, shape];
}

function capitalised(name: string): string {
  return name.charAt(0).toUpperCase() + name.slice(1);
}

function shortName(message: string): string {
  return message.split('.').slice(-3).join('.');
}

function qualified(type: string, packageName: string): string {
  return type.startsWith('.') ? type.slice(1) : `${packageName}.${type}`;
}

function protoPackage(name: string): Map<string, readonly ProtoField[]> {
  const known = protoPackages.get(name);
  if (known !== undefined) return known;
  const found = new Map<string, ProtoField[]>();
  let fields: ProtoField[] = [];
  for (const line of readFileSync(join(folderOf(name), 'generated.proto'), 'utf8').split('\n')) {
    const message = /^message (\w+) \{$/.exec(line)?.[1];
    if (message !== undefined) found.set(message, (fields = []));
    const [, rule = '', type = '', fieldName = '', number = ''] = fieldLine.exec(line) ?? [];
    if (number === '') continue;
    const isMap = rule.startsWith('map<');
    if (isMap && rule !== 'map<string,') throw new Error(`${fieldName} has keys of a new type`);
    const shape = isMap ? 'map' : rule === 'repeated' ? 'list' : '';
    fields.push({ number, name: fieldName, type: type.replace('>', ''), shape });
  }
  protoPackages.set(name, found);
  return found;
}

function goPackage(name: string): GoPackage {
  const known = goPackages.get(name);
  if (known !== undefined) return known;
  const found = { structs: new Map<string, Map<string, GoTag>>(), lists: new Set<string>() };
  const folder = folderOf(name);
  for (const file of readdirSync(folder)) {
    if (!file.endsWith('.go') || /_test\.go$|^(zz_)?generated/.test(file)) continue;
    readTypes(readFileSync(join(folder, file), 'utf8'), found);
  }
  goPackages.set(name, found);
  return found;
}

function readTypes(source: string, { structs, lists }: GoPackage): void {
  let tags = new Map<string, GoTag>();
  for (const line of source.split('\n')) {
    const [, type, what] = /^type (\w+) (struct \{$|\[\])/.exec(line) ?? [];
    if (type === undefined) readTag(line, tags);
    else if (what === '[]') lists.add(type);
    else structs.set(type, (tags = new Map<string, GoTag>()));
  }
}

function readTag(line: string, tags: Map<string, GoTag>): void {
  const [, fieldName, type = '', tag = ''] = goField.exec(line) ?? [];
  const number = /protobuf:"\w+,(\d+),/.exec(tag)?.[1];
  const jsonName = /json:"([^",]*)/.exec(tag)?.[1];
  if (number === undefined || jsonName === undefined) return;
  tags.set(number, { goName: fieldName ?? type.replace(/^.*[.*]/, ''), jsonName });
}

function folderOf(packageName: string): string {
  for (const [prefix, module, below] of modules) {
    if (!packageName.startsWith(prefix)) continue;
    return join(moduleFolder(module), below, ...packageName.slice(prefix.length).split('.'));
  }
  throw new Error(`no Go module is known for ${packageName}`);
}

function moduleFolder(module: string): string {
  const known = moduleFolders.get(module);
  if (known !== undefined) return known;
  const options = { cwd: goModuleDir, encoding: 'utf8' } as const;
  const listed = execFileSync('go', ['list', '-m', '-f', '{{.Dir}}', module], options).trim();
  moduleFolders.set(module, listed);
  return listed;
}
