// Packs the built package and lets publint and attw judge it: every entry, both module systems, types included.
import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "chutes-client-pack-"));
const bin = (name) => join(root, "node_modules/.bin", name);
try {
  execFileSync("npm", ["pack", "--silent", "--pack-destination", folder], { cwd: root, stdio: ["ignore", "ignore", "inherit"] });
  const tarball = join(
    folder,
    readdirSync(folder).find((name) => name.endsWith(".tgz")),
  );
  execFileSync(bin("publint"), [tarball, "--strict"], { cwd: root, stdio: "inherit" });
  execFileSync(bin("attw"), [tarball, "--format", "table-flipped"], { cwd: root, stdio: "inherit" });
} finally {
  rmSync(folder, { recursive: true, force: true });
}
