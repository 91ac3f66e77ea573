/** State of a custom resource in addition to its object in the cluster; not of SecretRotations. */
export interface CustomResourceTable {
  /** Uid of the object, which no other object of any kind has. */
  readonly uid: string;
  /** Plural name of its kind. */
  readonly resource: string;
  /** Hash of the spec that the author is responsible for. */
  readonly spec_hash: string | null;
  /** JSON. */
  readonly author: string | null;
  readonly author_mac: Uint8Array | null;
  /**
   * JSON. A writer of the database can delete facts and restore older facts: no right may depend
   * on the newest.
   */
  readonly facts: string | null;
  readonly facts_mac: Uint8Array | null;
}

export interface CustomResourcesSchema {
  readonly custom_resources: CustomResourceTable;
}
