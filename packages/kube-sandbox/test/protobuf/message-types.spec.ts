import { describe, expect, it } from 'vitest';

import { messageOfKind, messageType } from '../../src/protobuf/message-types.js';
import { valueForms } from '../../src/protobuf/value-forms.js';
import { kubernetesSchemas } from '../../src/schema/schema-source.js';

const typeMeta = ['apiVersion', 'kind'];
const definitions = Object.entries(kubernetesSchemas().definitions());

function jsonNames(message: string): readonly string[] {
  return [...messageType(message).fields.values()].flatMap(({ jsonName, type }) =>
    jsonName === '' ? jsonNames(type) : [jsonName],
  );
}

describe('the messages', () => {
  it('hold every field that the schemas describe', () => {
    const structs = definitions
      .map(([name, { properties = {} }]) => {
        const message = name.split('.').slice(-3).join('.');
        return { message, properties: Object.keys(properties) };
      })
      .filter(({ message, properties }) => properties.length > 0 && !valueForms.has(message));
    const missing = structs.flatMap(({ message, properties }) => {
      const names = new Set([...jsonNames(message), ...typeMeta]);
      return properties.filter((name) => !names.has(name)).map((name) => `${message}.${name}`);
    });
    expect(structs.length).toBeGreaterThan(100);
    expect(missing).toEqual([]);
  });

  it('stand for the kinds that are served, and for DeleteOptions of every group', () => {
    const of = (group: string, kind: string) => messageOfKind({ group, version: 'v1', kind });
    expect(of('', 'Event')).toBe('core.v1.Event');
    expect(of('events.k8s.io', 'Event')).toBe('events.v1.Event');
    expect(of('example.com', 'DeleteOptions')).toBe('meta.v1.DeleteOptions');
    expect(of('', 'Service')).toBeUndefined();
  });
});
