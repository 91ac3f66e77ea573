"""Reads and changes Secrets with Kubernetes' Python client, as services do, and prints one JSON
object a line about what it sees. Values are never printed, hashes are."""

import argparse
import hashlib
import json
import os
import sys
import threading
import time

import urllib3
from kubernetes import client, config, watch

NAME = "lifecycle"
FIELD_MANAGER = "python-client-test"
output = threading.Lock()


def tell(kind, **members):
    with output:
        print(json.dumps({"type": kind, **members}), flush=True)


def shown(secret):
    """A Secret without its values: the hash is that of the JSON of its data."""
    text = json.dumps(secret.data or {}, sort_keys=True, separators=(",", ":"))
    return {
        "name": secret.metadata.name,
        "resourceVersion": secret.metadata.resource_version,
        "hash": hashlib.sha256(text.encode()).hexdigest(),
    }


class Mirror:
    """What the cluster holds, as far as a list and a watch tell."""

    def __init__(self, api, namespace, resource_version):
        self.api = api
        self.namespace = namespace
        self.resource_version = resource_version
        self.secrets = {}

    def follow(self):
        while True:
            try:
                if self.resource_version is None:
                    self.list_again()
                self.watch_on()
                tell("ended")
            except client.ApiException as error:
                tell("refused", code=error.status)
                if error.status == 410:
                    self.resource_version = None
                else:
                    time.sleep(0.5)
            except (urllib3.exceptions.HTTPError, OSError):
                tell("disconnected")
                time.sleep(0.02)

    def list_again(self):
        whole = self.api.list_namespaced_secret(self.namespace)
        self.secrets = {secret.metadata.name: shown(secret) for secret in whole.items}
        self.resource_version = whole.metadata.resource_version
        tell("list", resourceVersion=self.resource_version, count=len(whole.items))

    def watch_on(self):
        tell("watch", resourceVersion=self.resource_version)
        events = watch.Watch().stream(
            self.api.list_namespaced_secret,
            self.namespace,
            resource_version=self.resource_version,
            allow_watch_bookmarks=True,
            timeout_seconds=300,
        )
        for event in events:
            self.take(event["type"], event["object"], event["raw_object"])

    def take(self, kind, secret, raw):
        self.resource_version = raw["metadata"]["resourceVersion"]
        if kind == "BOOKMARK":
            return tell("bookmark", resourceVersion=self.resource_version)
        known = shown(secret)
        if kind == "DELETED":
            self.secrets.pop(known["name"], None)
        else:
            self.secrets[known["name"]] = known
        tell("event", event=kind, **known)

    def answer(self, commands):
        """Each line `mirror` is answered with what is known; the end of the input ends all."""
        for line in commands:
            if line.strip() == "mirror":
                secrets = sorted(self.secrets.copy().values(), key=lambda one: one["name"])
                tell("mirror", mirrors=[secrets])
        os._exit(0)


class Lifecycle:
    """Takes a Secret from its creation to its end."""

    def __init__(self, api, namespace):
        self.api = api
        self.namespace = namespace

    def run(self):
        steps = {
            "create": self.create,
            "read": lambda: self.api.read_namespaced_secret(NAME, self.namespace),
            "read raw": self.read_raw,
            "replace": self.replace,
            "patch": lambda: self.patch({"stringData": {"b": "2"}}),
            "merge patch": lambda: self.patch(
                {"stringData": {"c": "3"}}, _content_type="application/merge-patch+json"
            ),
            "json patch": lambda: self.patch([{"op": "remove", "path": "/data/c"}]),
            "apply": self.apply,
            "list": self.list,
            "delete": lambda: self.api.delete_namespaced_secret(NAME, self.namespace),
            "create again": self.create,
            "delete collection": lambda: self.api.delete_collection_namespaced_secret(
                self.namespace, label_selector="of=lifecycle"
            ),
            "read what is gone": lambda: self.api.read_namespaced_secret(NAME, self.namespace),
        }
        for name, do in steps.items():
            self.take(name, do)

    def take(self, name, do):
        try:
            answer = do()
        except client.ApiException as error:
            reason = json.loads(error.body).get("reason")
            return tell("step", step=name, code=error.status, reason=reason)
        if isinstance(answer, client.V1Secret):
            return tell("step", step=name, secret=shown(answer))
        tell("step", step=name)

    def create(self):
        metadata = client.V1ObjectMeta(name=NAME, labels={"of": "lifecycle"})
        secret = client.V1Secret(metadata=metadata, string_data={"a": "1"})
        return self.api.create_namespaced_secret(self.namespace, secret)

    def read_raw(self):
        """The bytes of the answer, without a model in between."""
        answer = self.api.read_namespaced_secret(NAME, self.namespace, _preload_content=False)
        secret = json.loads(answer.data)
        metadata = client.V1ObjectMeta(
            name=secret["metadata"]["name"],
            resource_version=secret["metadata"]["resourceVersion"],
        )
        return client.V1Secret(metadata=metadata, data=secret["data"])

    def replace(self):
        secret = self.api.read_namespaced_secret(NAME, self.namespace)
        secret.data["a"] = "AAH/"
        return self.api.replace_namespaced_secret(NAME, self.namespace, secret)

    def patch(self, body, **options):
        return self.api.patch_namespaced_secret(NAME, self.namespace, body, **options)

    def apply(self):
        body = {
            "apiVersion": "v1",
            "kind": "Secret",
            "metadata": {"name": NAME},
            "stringData": {"d": "4"},
        }
        return self.patch(
            body, field_manager=FIELD_MANAGER, _content_type="application/apply-patch+yaml"
        )

    def list(self):
        """Page by page; the Secret is on one of them."""
        found, more = [], None
        while more != "":
            page = self.api.list_namespaced_secret(self.namespace, limit=2, _continue=more)
            found += [one for one in page.items if one.metadata.name == NAME]
            more = page.metadata._continue or ""
        return found[0]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("mode", choices=["lifecycle", "watch"])
    parser.add_argument("--kubeconfig", required=True)
    parser.add_argument("--namespace", required=True)
    parser.add_argument("--resource-version")
    told = parser.parse_args()
    config.load_kube_config(told.kubeconfig)
    api = client.CoreV1Api()
    if told.mode == "lifecycle":
        return Lifecycle(api, told.namespace).run()
    mirror = Mirror(api, told.namespace, told.resource_version)
    threading.Thread(target=mirror.follow, daemon=True).start()
    mirror.answer(sys.stdin)


main()
