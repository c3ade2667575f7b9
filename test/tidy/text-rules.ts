/** What no committed text may hold: paths of somebody's machine, hosts of a registry, loose versions. */

// Put together here, so that this file itself does not hold them.
const machinePath = new RegExp(
  `(^|[\\s"'\`(=:])/${"work"}/|file:///${"work"}/|/${"home"}/[a-z][\\w-]+/|/${"Users"}/\\w+/`,
);
const registryHost = new RegExp(
  `https?://[\\w.-]*(${["registry", "artifactory", "verdaccio", "nexus"].join("|")})[\\w.-]*\\.\\w`,
);

export interface TextFile {
  readonly path: string;
  readonly text: string;
}

export function findMachineTraces(files: readonly TextFile[]): readonly string[] {
  return files.flatMap(({ path, text }) =>
    text.split("\n").flatMap((line, index) => {
      if (machinePath.test(line)) return [`${path}:${index + 1}: a path of somebody's machine`];
      return registryHost.test(line) ? [`${path}:${index + 1}: the host of a package registry`] : [];
    }),
  );
}

/** `manifest`: text of a package.json. Versions are exact: a fresh clone gets what was tested. */
export function findLooseVersions(manifest: string): readonly string[] {
  const parsed = JSON.parse(manifest) as Record<string, Record<string, string> | undefined>;
  return ["dependencies", "devDependencies", "optionalDependencies"].flatMap((group) =>
    Object.entries(parsed[group] ?? {})
      .filter(([, version]) => !/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(version))
      .map(([name, version]) => `${name}: ${version} is not an exact version`),
  );
}
