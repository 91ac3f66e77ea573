/** The ServiceAccounts of the cluster, as the gateway itself sees them. */
export abstract class ServiceAccountDirectory {
  /** The uid of the one of this name; undefined where there is none. */
  abstract uidOf(account: {
    readonly namespace: string;
    readonly name: string;
  }): Promise<string | undefined>;
}
