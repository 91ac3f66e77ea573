/** ServiceAccounts of the cluster, as the gateway itself reads them. */
export abstract class ServiceAccountDirectory {
  /** Returns the uid of the account with this name; undefined if there is none. */
  abstract uidOf(account: {
    readonly namespace: string;
    readonly name: string;
  }): Promise<string | undefined>;
}
