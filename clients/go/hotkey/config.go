package hotkey

import (
	"bufio"
	"bytes"
	"os"
	"path/filepath"
	"strings"
)

// EnvConfigPath names the configuration file of the official CDK.
const EnvConfigPath = "CHUTES_CONFIG_PATH"

// FromConfig reads the hotkey from the configuration file of the official CDK: hotkey_seed in the section auth, with or without 0x, checked
// against hotkey_ss58address. An empty path is CHUTES_CONFIG_PATH, else ~/.chutes/config.ini. Errors name the file, never the seed.
func FromConfig(path string) (*Hotkey, error) {
	if path == "" {
		path = os.Getenv(EnvConfigPath)
	}
	if path == "" {
		home, err := os.UserHomeDir()
		if err != nil {
			return nil, configError("there is no home folder to read .chutes/config.ini from; set %s", EnvConfigPath)
		}
		path = filepath.Join(home, ".chutes", "config.ini")
	}
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, configError("the hotkey's configuration file cannot be read: %v", err) // which names the path
	}
	auth := section(data, "auth")
	if auth["hotkey_seed"] == "" {
		return nil, configError("%s has no hotkey_seed in its section auth", path)
	}
	key, err := FromSeedHex(auth["hotkey_seed"])
	if err != nil {
		return nil, configError("the hotkey_seed of %s is not %d bytes in hexadecimal", path, seedBytes)
	}
	if address := auth["hotkey_ss58address"]; address != "" && address != key.address {
		return nil, configError("hotkey_seed and hotkey_ss58address of %s do not belong together", path)
	}
	return key, nil
}

// section reads the names and values of one section of an INI file. Lines that are neither are skipped.
func section(data []byte, name string) map[string]string {
	values, inside := map[string]string{}, false
	for lines := bufio.NewScanner(bytes.NewReader(data)); lines.Scan(); {
		line := strings.TrimSpace(lines.Text())
		switch {
		case line == "" || line[0] == '#' || line[0] == ';':
		case line[0] == '[':
			inside = line == "["+name+"]"
		case inside:
			if i := strings.IndexAny(line, "=:"); i > 0 {
				values[strings.ToLower(strings.TrimSpace(line[:i]))] = strings.TrimSpace(line[i+1:])
			}
		}
	}
	return values
}
