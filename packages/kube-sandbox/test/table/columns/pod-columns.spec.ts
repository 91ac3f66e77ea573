import { describe, expect, test } from 'vitest';
import { podColumns, podRowConditions } from '../../../src/table/columns/pod-columns.js';
import { cells, heads, object } from '../table.builder.js';

const two = { containers: [{ name: 'a' }, { name: 'b' }] };
const ended = (exitCode: number, more = {}) => ({ terminated: { exitCode, ...more } });
const last = (finishedAt: string) => ({ terminated: { exitCode: 1, finishedAt } });
/** Ready, Status and Restarts. */
const state = (members: Record<string, unknown>) => cells(podColumns, object(members)).slice(1, 4);

test('a pod shows its containers, and its place only when asked for more', () => {
  expect(heads(podColumns)).toEqual([
    'Name',
    'Ready',
    'Status',
    'Restarts',
    'Age',
    'IP:wide',
    'Node:wide',
    'Nominated Node:wide',
    'Readiness Gates:wide',
  ]);
  const none = ['<none>', '<none>', '<none>', '<none>'];
  expect(cells(podColumns, object({ spec: two, status: { phase: 'Pending' } }))).toEqual([
    'x',
    '0/2',
    'Pending',
    '0',
    '5m3s',
    ...none,
  ]);
  const placed = object({
    spec: { nodeName: 'n', readinessGates: [{ conditionType: 'x/y' }, { conditionType: 'x/z' }] },
    status: {
      podIPs: [{ ip: '10.0.0.1' }],
      nominatedNodeName: 'm',
      conditions: [{ type: 'x/y', status: 'True' }],
    },
  });
  expect(cells(podColumns, placed).slice(5)).toEqual(['10.0.0.1', 'n', 'm', '1/2']);
});

describe('the status', () => {
  test('is running while one container is, and says when the last restart was', () => {
    const containerStatuses = [
      {
        ready: true,
        restartCount: 3,
        state: { running: {} },
        lastState: last('2026-01-01T00:05:00Z'),
      },
      { ready: false, restartCount: 1, state: ended(0, { reason: 'Completed' }) },
    ];
    const conditions = [{ type: 'Ready', status: 'True' }];
    const running = { phase: 'Running', conditions, containerStatuses };
    expect(state({ spec: two, status: running })).toEqual(['1/2', 'Running', '4 (3s ago)']);
    const unready = { ...running, phase: 'Running', conditions: [] };
    const [first, second] = containerStatuses;
    const swapped = { ...unready, containerStatuses: [second, first] };
    expect(state({ spec: two, status: swapped })[1]).toBe('NotReady');
  });

  test('is what the first container that does not run says', () => {
    const waiting = { state: { waiting: { reason: 'CrashLoopBackOff' } }, restartCount: 7 };
    const running = { ready: true, state: { running: {} } };
    const status = { phase: 'Running', containerStatuses: [waiting, running] };
    expect(state({ spec: two, status })).toEqual(['1/2', 'CrashLoopBackOff', '7']);
  });

  test.each([
    [ended(137), 'ExitCode:137'],
    [ended(1, { signal: 9 }), 'Signal:9'],
    [ended(1, { reason: 'Error' }), 'Error'],
    [ended(0, { reason: 'Completed' }), 'Completed'],
  ])('of an ended container %j is %s', (ending, text) => {
    expect(state({ status: { containerStatuses: [{ state: ending }] } })[1]).toBe(text);
  });

  test('an error outlives the containers that completed', () => {
    const failed = { state: ended(2, { reason: 'Error' }) };
    const done = { state: ended(0, { reason: 'Completed' }) };
    expect(state({ status: { containerStatuses: [done, failed] } })[1]).toBe('Error');
  });

  test.each([
    [{ waiting: { reason: 'ImagePullBackOff' } }, 'Init:ImagePullBackOff'],
    [{ waiting: { reason: 'PodInitializing' } }, 'Init:1/2'],
    [{ running: {} }, 'Init:1/2'],
    [ended(3), 'Init:ExitCode:3'],
    [ended(1, { signal: 9 }), 'Init:Signal:9'],
    [ended(1, { reason: 'Error' }), 'Init:Error'],
  ])('is held up by the init container %j', (second, text) => {
    const spec = { ...two, initContainers: [{ name: 'i' }, { name: 'j' }] };
    const initContainerStatuses = [
      { name: 'i', state: ended(0), restartCount: 2 },
      { name: 'j', state: second, restartCount: 3 },
    ];
    const status = { phase: 'Pending', initContainerStatuses };
    expect(state({ spec, status })).toEqual(['0/2', text, '5']);
  });

  test('a sidecar counts as a container, other init containers are forgotten once done', () => {
    const spec = {
      ...two,
      initContainers: [{ name: 'i' }, { name: 's', restartPolicy: 'Always' }],
    };
    const initContainerStatuses = [
      { name: 'i', state: ended(0), restartCount: 2, lastState: last('2026-01-01T00:05:00Z') },
      {
        name: 's',
        started: true,
        ready: true,
        restartCount: 1,
        state: { running: {} },
        lastState: last('2026-01-01T00:04:00Z'),
      },
    ];
    const status = { phase: 'Running', initContainerStatuses };
    expect(state({ spec, status })).toEqual(['1/3', 'Running', '1 (63s ago)']);
  });

  test('is of the pod where it says more than its containers', () => {
    const gated = [{ type: 'PodScheduled', reason: 'SchedulingGated', status: 'False' }];
    expect(state({ status: { phase: 'Pending', conditions: gated } })[1]).toBe('SchedulingGated');
    expect(state({ status: { phase: 'Failed', reason: 'Evicted' } })[1]).toBe('Evicted');
  });

  test('of a pod that goes away is its leave', () => {
    const metadata = { deletionTimestamp: '2026-01-01T00:00:00Z' };
    expect(state({ metadata, status: { phase: 'Running' } })[1]).toBe('Terminating');
    expect(state({ metadata, status: { phase: 'Failed' } })[1]).toBe('Failed');
    expect(state({ metadata, status: { phase: 'Running', reason: 'NodeLost' } })[1]).toBe(
      'Unknown',
    );
  });
});

test('only the row of an ended pod is complete', () => {
  expect(podRowConditions(object({ status: { phase: 'Running' } }))).toBeUndefined();
  expect(podRowConditions(object({ status: { phase: 'Failed' } }))).toEqual([
    { type: 'Completed', status: 'True', reason: 'Failed', message: 'The pod failed.' },
  ]);
});
