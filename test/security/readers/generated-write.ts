import { Random } from '../../conformance/scenarios/random.js';
import {
  type Field,
  envelopeOf,
  message,
  mutatedFields,
  number,
  protobufBytes,
  text,
} from './protobuf-tree.js';
import { type Tree, jsonText, treeOf, yamlText } from './tree.js';
import { type Material, mutated } from './tree-mutations.js';

export const kinds = [
  ...['create', 'update', 'jsonPatch', 'merge', 'strategic', 'apply', 'delete', 'collection'],
] as const;
export type WriteKind =
  | 'create'
  | 'update'
  | 'jsonPatch'
  | 'merge'
  | 'strategic'
  | 'apply'
  | 'delete'
  | 'collection';

/** With which token: all there is, one narrowed to some Secrets, one that opens no values. */
export type Caller = 'all' | 'some' | 'blind';

/** A request about one Secret, of which nobody knows beforehand how it will be understood. */
export interface GeneratedWrite {
  readonly id: string;
  readonly kind: WriteKind;
  readonly caller: Caller;
  /** Of the Secret that the caller may write, and of the one that he may not. */
  readonly own: string;
  readonly other: string;
  readonly method: 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly name: string | undefined;
  readonly query: string;
  readonly contentType: string | undefined;
  readonly accept: string;
  readonly body: Buffer;
}

/** Forms of answers, some of which do not show the keys that there are now. */
const accepted = [
  'application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1',
  ...['application/json', '*/*', 'application/json;as=Table;g=meta.k8s.io;v=v1'],
  ...['application/json', 'application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1'],
];
const protobuf = 'application/vnd.kubernetes.protobuf';
const jsonPatch = 'application/json-patch+json';
const patchTypes: Partial<Record<WriteKind, string>> = {
  jsonPatch,
  merge: 'application/merge-patch+json',
  strategic: 'application/strategic-merge-patch+json',
  apply: 'application/apply-patch+yaml',
};
const methods: Partial<Record<WriteKind, GeneratedWrite['method']>> = {
  create: 'POST',
  update: 'PUT',
  delete: 'DELETE',
  collection: 'DELETE',
};

/** The same request for a seed, about Secrets of its own: as a dry run, or for real. */
export function generatedWrite(seed: number, side: 'd' | 'r'): GeneratedWrite {
  const random = new Random(seed);
  const id = `${seed}-${side}`;
  const own = `t-${id}`;
  const other = `o-${id}`;
  const kind = random.pick(kindsOften) as WriteKind;
  const form = formOf(kind, random);
  const material = { otherName: other, hiddenKey: 'hidden' };
  const body = bodyOf({ kind, form, own, material }, random);
  const isNamed = kind !== 'create' && kind !== 'collection';
  return {
    ...{ id, kind, own, other },
    caller: random.pick(['all', 'all', 'some', 'blind']),
    method: methods[kind] ?? 'PATCH',
    name: isNamed ? own : undefined,
    query: queryOf({ kind, id, isDry: side === 'd' }, random),
    contentType: typeOf(kind, form, random),
    accept: random.pick(accepted),
    body: unusual(body, random),
  };
}

const kindsOften = [...kinds, 'create', 'jsonPatch', 'strategic', 'delete', 'update'];

type Form = 'json' | 'yaml' | 'protobuf';

function formOf(kind: WriteKind, random: Random): Form {
  if (kind === 'apply') return random.pick(['json', 'yaml']);
  if (patchTypes[kind] !== undefined) return 'json';
  return random.pick(['json', 'json', 'yaml', 'protobuf', 'protobuf']);
}

function typeOf(kind: WriteKind, form: Form, random: Random): string | undefined {
  const own = form === 'protobuf' ? protobuf : `application/${form}`;
  const type = patchTypes[kind] ?? own;
  if (type === 'application/json' && random.isOne(10)) return undefined;
  return random.isOne(8)
    ? random.pick([
        `${type}; charset=utf-8`,
        type.toUpperCase(),
        `${type};x=yaml`,
        `${type};x=protobuf`,
      ])
    : type;
}

interface About {
  readonly kind: WriteKind;
  readonly form: Form;
  readonly own: string;
  readonly material: Material;
}

function bodyOf(about: About, random: Random): Buffer {
  if (about.form === 'protobuf') return protobufBody(about, random);
  let tree = plainTree(about, random);
  for (let count = random.below(4); count > 0; count -= 1) {
    tree = mutated(tree, about.material, random);
  }
  const text = about.form === 'yaml' ? yamlText(tree, random) : jsonText(tree, random);
  return Buffer.from(text, 'utf8');
}

function plainTree({ kind, own, material }: About, random: Random): Tree {
  switch (kind) {
    case 'delete':
    case 'collection':
      return treeOf(plainOptions(random));
    case 'jsonPatch':
      return treeOf(Array.from({ length: 1 + random.below(3) }, () => operation(material, random)));
    case 'merge':
    case 'strategic':
      return treeOf(plainPatch(random));
    default:
      return treeOf(plainSecret(own, random));
  }
}

function plainOptions(random: Random): object {
  return {
    ...(random.isOne(2) && { apiVersion: 'v1', kind: 'DeleteOptions' }),
    ...(random.isOne(2) && { dryRun: ['All'] }),
    ...(random.isOne(3) && { propagationPolicy: 'Background' }),
    ...(random.isOne(4) && { gracePeriodSeconds: 0 }),
  };
}

function plainPatch(random: Random): object {
  const data = plainData(random);
  return {
    ...(random.isOne(2) && { data: { ...data, ...(random.isOne(3) && { b: null }) } }),
    ...(random.isOne(3) && { stringData: { [random.pick(['a', 'd'])]: 'new' } }),
    ...(random.isOne(3) && { metadata: { labels: { team: 'x' } } }),
  };
}

function plainSecret(own: string, random: Random): object {
  const data = plainData(random);
  return {
    ...{ apiVersion: 'v1', kind: 'Secret' },
    metadata: { name: own, ...(random.isOne(3) && { labels: { team: 'x' } }) },
    ...(!random.isOne(8) && { data }),
    ...(random.isOne(4) && { stringData: { [random.pick(['a', 'd'])]: 'new' } }),
  };
}

function plainData(random: Random): object {
  return random.isOne(6) ? {} : { a: 'bmV3', [random.pick(['b', 'c', 'old'])]: 'bmV3' };
}

function operation({ hiddenKey }: Material, random: Random): object {
  const keys = ['/data/a', '/data/b', `/data/${hiddenKey}`, '/data/a/x', '/data//a', '/data/~0a'];
  const maps = ['/data', '/stringData', '/metadata', '', '/', '/metadata/annotations', '/type'];
  const others = ['/metadata/annotations/x', '/metadata/labels/x', '/x', '/metadata/name'];
  const odd = ['x/data/a', 'data/a', 'data', ' /data/a', 'x/metadata/annotations/x', '#/data/a'];
  const place = (): string => random.pick([...keys, ...keys, ...maps, ...others, ...odd]);
  const op = random.pick([
    'add',
    'add',
    'remove',
    'replace',
    'move',
    'copy',
    'copy',
    'test',
    'ADD',
  ]);
  const value = random.pick(['bmV3', 'bmV3', { a: 'bmV3' }, {}, null]);
  const path = random.isOne(12) ? null : place();
  return {
    ...{ op, path },
    ...((op === 'move' || op === 'copy') && { from: place() }),
    ...((op === 'add' || op === 'replace' || op === 'test') && { value }),
  };
}

function protobufBody({ kind, own, material }: About, random: Random): Buffer {
  const isDelete = kind === 'delete' || kind === 'collection';
  const entry = (field: number, key: string): Field => message(field, text(1, key), text(2, 'new'));
  const content = isDelete
    ? [...(random.isOne(2) ? [number(1, 0)] : []), ...(random.isOne(2) ? [text(5, 'All')] : [])]
    : [
        message(1, text(1, own), ...(random.isOne(3) ? [text(2, 'made-')] : [])),
        ...(random.isOne(6) ? [] : [entry(2, 'a'), entry(2, random.pick(['b', 'c', 'old']))]),
        ...(random.isOne(4) ? [entry(4, 'd')] : []),
      ];
  const others = [
    message(2, ...(isDelete ? [] : [message(1, text(1, material.otherName))])),
    message(1, text(1, material.otherName)),
    text(1, material.otherName),
    text(5, 'All'),
    entry(2, material.hiddenKey),
  ];
  let envelope = envelopeOf(isDelete ? 'DeleteOptions' : 'Secret', content);
  for (let count = random.below(3); count > 0; count -= 1) {
    envelope = mutatedFields(envelope, random.pick(others), random);
  }
  return protobufBytes(envelope);
}

function unusual(body: Buffer, random: Random): Buffer {
  switch (random.below(60)) {
    case 0:
      return Buffer.concat([Buffer.from('\ufeff'), body]);
    case 1:
      return Buffer.concat([body, Buffer.from([0xff])]);
    case 2:
      return Buffer.concat([body, Buffer.from(' {}')]);
    case 3:
      return body.subarray(0, -1);
    case 4:
      return Buffer.from(`\ufeff${body.toString('utf8')}`, 'utf16le');
    case 5:
      return Buffer.alloc(0);
    default:
      return body;
  }
}

function queryOf(
  { kind, id, isDry }: { readonly kind: WriteKind; readonly id: string; readonly isDry: boolean },
  random: Random,
): string {
  const dry = random.pick([
    ...Array<string>(6).fill('dryRun=All'),
    ...['%64ryRun=All', 'dryRun=All&dryRun=All', 'dryRun=', 'dryrun=All', 'dryRun=all', 'dryRun'],
  ]);
  const validation = random.pick(['', '', 'Ignore', 'Ignore', 'Warn', 'Strict']);
  const isDelete = kind === 'delete' || kind === 'collection';
  return [
    ...(isDry ? [dry] : []),
    ...(validation !== '' && !isDelete ? [`fieldValidation=${validation}`] : []),
    ...(kind === 'apply' ? ['fieldManager=fuzz', 'force=true'] : []),
    ...(kind === 'collection' ? [`labelSelector=case%3D${id}`] : []),
  ].join('&');
}
