import { expect, it } from 'vitest';
import { eventListBody } from '../../../../../src/audit/sinks/domain/event-list.js';

const entry = (text: string) => ({ leafIndex: 0, event: Buffer.from(text) });

it('holds the events of a batch byte for byte', () => {
  const body = eventListBody([entry('{"a": 1.0}'), entry('{"é":"\\u2028"}')]).toString();
  expect(body).toContain('"items":[{"a": 1.0},{"é":"\\u2028"}]}');
  expect(JSON.parse(body)).toMatchObject({ kind: 'EventList', apiVersion: 'audit.k8s.io/v1' });
});

it('is a list without events, too', () => {
  expect(JSON.parse(eventListBody([]).toString())).toMatchObject({ items: [] });
});
