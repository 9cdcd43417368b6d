/** Checks for the two things that Slipway cannot bring along: Node and Python. Uses Node's built-ins alone. */
import { spawnSync } from "node:child_process";

const NODE_MAJOR = 20;
const PYTHON_MINOR = 10;

/** Prints what a Python needs to have; exits with 0 if it has it. */
const PROBE = `
import importlib.util, sys
print("%d.%d" % sys.version_info[:2])
has = lambda name: importlib.util.find_spec(name) is not None
sys.exit(0 if sys.version_info >= (3, ${PYTHON_MINOR}) and ((has("venv") and has("ensurepip")) or has("pip")) else 1)
`;

const INSTALL = {
  linux: {
    node: "sudo npm install --global n && sudo n lts",
    python: "sudo apt-get install python3 python3-venv (or: sudo dnf install python3)",
  },
  darwin: { node: "brew install node", python: "brew install python" },
  win32: { node: "winget install OpenJS.NodeJS.LTS", python: "winget install Python.Python.3.12" },
};

/** The programs that may be a Python, as the command line looks for them. */
const PYTHONS = [["python3"], ["python"], ...(process.platform === "win32" ? [["py", "-3"]] : [])];

/** What is missing, one sentence each, with the command that installs it; empty if nothing is. */
export function missingRequirements(node = process.versions.node) {
  const install = INSTALL[process.platform] ?? INSTALL.linux;
  const missing = [];
  if (Number(node.split(".")[0]) < NODE_MAJOR) {
    missing.push(`Node ${NODE_MAJOR} or newer is needed, and this is ${node}. Install it: ${install.node}`);
  }
  const tried = PYTHONS.map(probe);
  if (!tried.some(({ ok }) => ok)) {
    const found = tried.flatMap(({ version }) => (version === "" ? [] : [version]));
    const what = found.length === 0 ? "none was found" : `this is ${found[0]}`;
    missing.push(
      `Python 3.${PYTHON_MINOR} or newer with venv or pip is needed, and ${what}. Install it: ${install.python}`,
    );
  }
  return missing;
}

function probe([command, ...args]) {
  const result = spawnSync(command, [...args, "-c", PROBE], { encoding: "utf8" });
  return { ok: result.status === 0, version: (result.stdout ?? "").trim() };
}
