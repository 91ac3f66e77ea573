import { Injectable } from '@nestjs/common';
import type { CustomResources } from '../custom-resources/domain/custom-resources.js';
import { LocalSecretSchemas, type SchemaRef, SecretSchemas } from './domain/secret-schemas.js';

/** Schemas of the cluster and of all namespaces, as the API server has them. */
@Injectable()
export class StoredSchemas {
  readonly #cluster: CustomResources;
  readonly #local: CustomResources;

  constructor(cluster: SecretSchemas, local: LocalSecretSchemas) {
    this.#cluster = cluster;
    this.#local = local;
  }

  /** Returns the objects of the kind that a namespace has; `''`: of the kind of the cluster. */
  of({ namespace }: Pick<SchemaRef, 'namespace'>): CustomResources {
    return namespace === '' ? this.#cluster : this.#local;
  }
}
