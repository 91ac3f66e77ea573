import data from '../data/kubernetes-protobuf.json' with { type: 'json' };

export type FieldShape = '' | 'list' | 'map';

/**
 * Field with the name of a scalar or message as its type; a map's keys are strings. The JSON name
 * is empty for an embedded struct, and for the single list in a message. The Go name is present
 * only if it is not the capitalized JSON name.
 */
export type FieldData = readonly [
  jsonName: string,
  type: string,
  shape?: FieldShape,
  goName?: string,
];

/** Fields by number. */
export type MessageData = Readonly<Record<string, FieldData>>;

interface ProtobufData {
  /** Messages by group, version and kind, as in the schemas: `apps/v1/Deployment`. */
  readonly kinds: Readonly<Record<string, string>>;
  readonly messages: Readonly<Record<string, MessageData>>;
}

export interface MessageField {
  readonly jsonName: string;
  readonly type: string;
  readonly shape: FieldShape;
  /** Name for error messages. */
  readonly goName: string;
}

export interface MessageType {
  readonly goName: string;
  readonly fields: ReadonlyMap<number, MessageField>;
  /** Whether the Go type is a list, which protobuf can only encode inside a message. */
  readonly isList: boolean;
}

/** Kind that is registered in the version of every group. */
const deleteOptions = 'DeleteOptions';
const { kinds, messages } = data as unknown as ProtobufData;
const known = new Map<string, MessageType>();

/** Returns the message of a kind; undefined for a kind that the sandbox does not serve. */
export function messageOfKind(kind: {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
}): string | undefined {
  const isShared = kind.kind === deleteOptions;
  const key = isShared ? `/v1/${deleteOptions}` : `${kind.group}/${kind.version}/${kind.kind}`;
  return Object.hasOwn(kinds, key) ? kinds[key] : undefined;
}

/** Throws for a name that is not in the data; the data itself never uses such a name. */
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
