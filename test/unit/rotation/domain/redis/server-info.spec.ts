import { describe, expect, it } from 'vitest';
import {
  clusterProblem,
  readInfo,
  replicationProblem,
} from '../../../../../src/rotation/domain/redis/server-info.js';

const replication = (...lines: string[]) =>
  replicationProblem(readInfo(['# Replication', ...lines, ''].join('\r\n')));

describe('a server of which a change is one for all clients', () => {
  it('has no replicas', () => {
    expect(replication('role:master', 'connected_slaves:0')).toBeUndefined();
    expect(replication('role:master', 'connected_slaves:2')).toContain('has replicas');
  });

  it('is no replica', () => {
    expect(replication('role:slave', 'connected_slaves:0')).toContain('is a replica');
  });

  it('is the only node of its cluster', () => {
    const cluster = (nodes: number) => clusterProblem(readInfo(`cluster_known_nodes:${nodes}\r\n`));
    expect(cluster(1)).toBeUndefined();
    expect(cluster(6)).toContain('cluster');
  });
});

describe('what INFO says', () => {
  it('is read by name, colons in values included', () => {
    const text = 'slave0:ip=::1,port=1\r\n\r\nrole:master\r\n';
    expect(Object.fromEntries(readInfo(text))).toEqual({
      slave0: 'ip=::1,port=1',
      role: 'master',
    });
  });

  it('is nothing where it is no text', () => {
    expect(readInfo(['role', 'slave']).size).toBe(0);
  });
});
