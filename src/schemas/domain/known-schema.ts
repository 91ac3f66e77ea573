import { schemaLimits } from '../../core/schema-limits.js';
import type { CustomResource } from '../../custom-resources/domain/custom-resource.js';
import type { ParsedObject } from '../../custom-resources/domain/object-registry.js';
import { compiledSpec, type CompiledSpec } from './compiled-spec.js';
import { type ParsedSchema, schemaName } from './secret-schemas.js';
import { specSize } from './spec-size.js';

/** Schema that the gateway knows; it is compiled once, when it is first used. */
export interface KnownSchema extends ParsedObject {
  readonly specBytes: number;
  readonly compiled: () => CompiledSpec;
  readonly isCompiled: () => boolean;
}

/** Numbers and bytes of schemas that a namespace, or all of them, may have. */
interface Room {
  schemas: number;
  bytes: number;
}

/** Runs the compilation of a schema of a namespace, and counts its time. */
export type MeasuredCompile = (namespace: string, compile: () => CompiledSpec) => CompiledSpec;

/** Takes an object as it comes. Compiles nothing: there may be too many of them. */
export function knownSchema(
  object: CustomResource,
  namespaceUid: string,
  measured: MeasuredCompile,
): KnownSchema {
  const compile = () => compiledSpec(schemaName(object), object.spec);
  let compiled: CompiledSpec | undefined;
  return {
    object,
    namespaceUid,
    specBytes: specSize(object.spec),
    compiled: () => (compiled ??= measured(object.namespace, compile)),
    isCompiled: () => compiled !== undefined,
  };
}

/** Compiles the schemas for which there is room. The others cannot be used. */
export function parsedWithinLimits(known: readonly KnownSchema[]): readonly ParsedSchema[] {
  return withinLimits(known).map(({ schema, isWithin }) => {
    const { object, namespaceUid, compiled } = schema;
    return { object, namespaceUid, ...(isWithin ? compiled() : withoutRoom) };
  });
}

/** Returns the schemas for which there is room and that are not compiled yet. */
export function uncompiled(known: readonly KnownSchema[]): readonly KnownSchema[] {
  if (known.every(({ isCompiled }) => isCompiled())) return [];
  return withinLimits(known).flatMap(({ schema, isWithin }) =>
    isWithin && !schema.isCompiled() ? [schema] : [],
  );
}

interface LimitedSchema {
  readonly schema: KnownSchema;
  readonly isWithin: boolean;
}

/**
 * Returns for which schemas there is room. Those of the cluster are first, then the oldest, so that
 * all replicas agree and a new schema displaces no other.
 */
function withinLimits(known: readonly KnownSchema[]): readonly LimitedSchema[] {
  const { namespaceSchemasMax, namespaceSpecBytesMax } = schemaLimits;
  const all: Room = { schemas: schemaLimits.schemasMax, bytes: schemaLimits.compiledSpecBytesMax };
  const byNamespace = new Map<string, Room>();
  const roomsOf = ({ object: { namespace } }: KnownSchema): readonly Room[] => {
    if (namespace === '') return [all];
    const own = byNamespace.get(namespace);
    const room = own ?? { schemas: namespaceSchemasMax, bytes: namespaceSpecBytesMax };
    byNamespace.set(namespace, room);
    return [room, all];
  };
  return known.toSorted(byPrecedence).map((schema) => {
    const { specBytes } = schema;
    // A spec that is too long is a mistake of its own, and takes nothing from others.
    const isTooLong = specBytes > schemaLimits.specBytesMax;
    const isWithin = isTooLong || take(specBytes, roomsOf(schema));
    return { schema, isWithin };
  });
}

/** Reports whether a namespace may have one more schema; `''`: whether the cluster may. */
export function hasRoomFor(namespace: string, known: readonly KnownSchema[]): boolean {
  const inNamespace = known.filter(({ object }) => object.namespace === namespace);
  const isFull = namespace !== '' && inNamespace.length >= schemaLimits.namespaceSchemasMax;
  return !isFull && known.length < schemaLimits.schemasMax;
}

const withoutRoom: CompiledSpec = {
  spec: undefined,
  rules: undefined,
  problems: [{ pointer: '', reason: 'is one schema too many: older ones have used all room' }],
};

/** Takes room for a spec from each of the rooms, or from none. */
function take(bytes: number, rooms: readonly Room[]): boolean {
  if (rooms.some((room) => room.schemas < 1 || room.bytes < bytes)) return false;
  for (const room of rooms) {
    room.schemas -= 1;
    room.bytes -= bytes;
  }
  return true;
}

function byPrecedence({ object: a }: KnownSchema, { object: b }: KnownSchema): number {
  const isClusters = Number(a.namespace !== '') - Number(b.namespace !== '');
  if (isClusters !== 0) return isClusters;
  return a.createdMs - b.createdMs || (schemaName(a) < schemaName(b) ? -1 : 1);
}
