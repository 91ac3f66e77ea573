import data from '../data/kubernetes-protobuf.json' with { type: 'json' };

export type FieldShape = '' | 'list' | 'map';

/**
 * A scalar's or message's name stands for the type; a map's keys are strings. The JSON name is
 * empty for a struct that is taken in, and for the one list that a message wraps. The Go name is
 * there where it is not the JSON name in upper case.
 */
export type FieldData = readonly [
  jsonName: string,
  type: string,
  shape?: FieldShape,
  goName?: string,
];

/** By field number. */
export type MessageData = Readonly<Record<string, FieldData>>;

interface ProtobufData {
  /** By group, version and kind, as in the schemas: `apps/v1/Deployment`. */
  readonly kinds: Readonly<Record<string, string>>;
  readonly messages: Readonly<Record<string, MessageData>>;
}

export interface MessageField {
  readonly jsonName: string;
  readonly type: string;
  readonly shape: FieldShape;
  /** For error messages. */
  readonly goName: string;
}

export interface MessageType {
  readonly goName: string;
  readonly fields: ReadonlyMap<number, MessageField>;
  /** In Go a list, which protobuf can hold in a message only. */
  readonly isList: boolean;
}

/** Registered in the version of every group. */
const deleteOptions = 'DeleteOptions';
const { kinds, messages } = data as unknown as ProtobufData;
const known = new Map<string, MessageType>();

/** The message that carries a kind; undefined for one that the sandbox does not serve. */
export function messageOfKind(kind: {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
}): string | undefined {
  const isShared = kind.kind === deleteOptions;
  const key = isShared ? `/v1/${deleteOptions}` : `${kind.group}/${kind.version}/${kind.kind}`;
  return Object.hasOwn(kinds, key) ? kinds[key] : undefined;
}

/** Throws for a name that is not in the data, which the data itself never uses. */
export function messageType(name: string): MessageType {
  const found = known.get(name);
  if (found !== undefined) return found;
  const listed = messages[name];
  if (listed === undefined) throw new Error(`no protobuf message is named ${name}`);
  const entries = Object.entries(listed);
  const fields = new Map(entries.map(([number, field]) => [Number(number), described(field)]));
  const isList = [...fields.values()].some(({ jsonName, shape }) => !jsonName && shape === 'list');
  const type = { goName: name.slice(name.lastIndexOf('.') + 1), fields, isList };
  known.set(name, type);
  return type;
}

function described([jsonName, type, shape = '', goName]: FieldData): MessageField {
  const upper = jsonName.charAt(0).toUpperCase() + jsonName.slice(1);
  return { jsonName, type, shape, goName: goName ?? upper };
}
