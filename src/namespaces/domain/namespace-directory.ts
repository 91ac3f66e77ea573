export interface NamespaceInfo {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
}

/** The namespaces of the cluster, as the gateway itself sees them, by name. */
export abstract class NamespaceDirectory {
  abstract list(onUpstreamId: (id: string) => void): Promise<readonly NamespaceInfo[]>;
}
