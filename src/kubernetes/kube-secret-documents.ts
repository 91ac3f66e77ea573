import { SecretDocuments } from '../secrets/domain/cache/secret-documents.js';
import { readCachedSecret } from './kube-secret.mapper.js';

/** Reads documents of the cache as the API server wrote them. */
export class KubeSecretDocuments extends SecretDocuments {
  override readonly read = readCachedSecret;
}
