#!/usr/bin/env python3
"""Makes schemas/kubernetes.jsonl: the schemas of Kubernetes' own kinds, one definition a line.

    go mod download k8s.io/kubernetes@v1.34.4
    schemas/make.py "$(go env GOMODCACHE)/k8s.io/kubernetes@v1.34.4/api/openapi-spec/swagger.json"

The input is Kubernetes' own OpenAPI document (Apache-2.0). What is kept: the kinds below and all that they refer to, with
types, required fields, enums and references; descriptions go. A line is `<name>\t<schema>`, and that of a kind is called
`<group>/<version>/<kind>`, so that a reader finds what it needs without parsing the rest.
"""
import json, pathlib, sys

KINDS = {
    "": {"v1": "Namespace Pod Service ConfigMap Secret ServiceAccount PersistentVolumeClaim ResourceQuota LimitRange Endpoints"},
    "apps": {"v1": "Deployment StatefulSet DaemonSet ReplicaSet"},
    "batch": {"v1": "Job CronJob"},
    "autoscaling": {"v1": "HorizontalPodAutoscaler", "v2": "HorizontalPodAutoscaler"},
    "policy": {"v1": "PodDisruptionBudget"},
    "networking.k8s.io": {"v1": "Ingress IngressClass NetworkPolicy"},
    "rbac.authorization.k8s.io": {"v1": "Role RoleBinding ClusterRole ClusterRoleBinding"},
    "scheduling.k8s.io": {"v1": "PriorityClass"},
    "storage.k8s.io": {"v1": "StorageClass"},
}
KEEP = ("type", "format", "required", "enum", "items", "properties", "additionalProperties", "$ref",
        "x-kubernetes-int-or-string", "x-kubernetes-preserve-unknown-fields", "allOf")

definitions = json.load(open(sys.argv[1]))["definitions"]
short, lines, wanted = {}, {}, []


def name(reference):
    full = reference.rsplit("/", 1)[1]
    if full not in short:
        own = full.rsplit(".", 2)[-1]
        # Two groups may have a type of one name.
        short[full] = own if own not in short.values() else full.split(".", 3)[-1]
        wanted.append(full)
    return short[full]


def trim(node, top=False):
    kept = {}
    for key in KEEP:
        if key not in node:
            continue
        value = node[key]
        if key == "$ref":
            kept[key] = name(value)
        elif key == "properties":
            # The status is the cluster's to write.
            kept[key] = {k: trim(v) if not (top and k == "status") else {} for k, v in value.items()}
        elif key in ("items", "additionalProperties") and isinstance(value, dict):
            kept[key] = trim(value)
        elif key == "allOf":
            kept[key] = [trim(v) for v in value]
        else:
            kept[key] = value
    return kept


for full, node in definitions.items():
    for kind in node.get("x-kubernetes-group-version-kind", []):
        group, version = kind["group"], kind["version"]
        if kind["kind"] in KINDS.get(group, {}).get(version, "").split():
            lines[f"{group}/{version}/{kind['kind']}"] = trim(node, top=True)
while wanted:
    full = wanted.pop()
    node = definitions[full]
    own = short[full]
    if own in ("IntOrString", "Quantity"):
        lines[own] = {"x-kubernetes-int-or-string": True} if own == "IntOrString" else {"x-quantity": True}
    elif own in ("FieldsV1", "RawExtension"):
        lines[own] = {"x-kubernetes-preserve-unknown-fields": True, "type": "object"}
    else:
        lines[own] = trim(node)
out = pathlib.Path(__file__).with_name("kubernetes.jsonl")
text = "".join(f"{key}\t{json.dumps(lines[key], separators=(',', ':'))}\n" for key in sorted(lines))
out.write_text(text)
print(len(lines), "definitions,", len(text), "bytes")
