/** Parses the lines `name:value` of `INFO` and `CLUSTER INFO` answers. */
export function readInfo(text: unknown): ReadonlyMap<string, string> {
  if (typeof text !== 'string') return new Map();
  const lines = text.split('\r\n').filter((line) => line.includes(':'));
  return new Map(
    lines.map((line) => {
      const at = line.indexOf(':');
      return [line.slice(0, at), line.slice(at + 1)] as const;
    }),
  );
}

/**
 * Returns why a change at this server would not apply to all of its clients; undefined: it would.
 * Redis replicates no users: each node has its own.
 * https://redis.io/docs/latest/operate/oss_and_stack/management/security/acl/
 */
export function replicationProblem(info: ReadonlyMap<string, string>): string | undefined {
  if (info.get('role') === 'slave') return 'the server is a replica: users of others stay as is';
  if (Number(info.get('connected_slaves') ?? 0) === 0) return undefined;
  return 'the server has replicas, which keep users of their own and would not follow';
}

/** Returns why a node of a cluster is refused; undefined for a single node. */
export function clusterProblem(clusterInfo: ReadonlyMap<string, string>): string | undefined {
  if (Number(clusterInfo.get('cluster_known_nodes') ?? 0) <= 1) return undefined;
  return 'the server is one node of a cluster, whose others would not follow';
}
