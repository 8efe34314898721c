//! Ids and versions as the platform makes them: UUIDs of version 5 over the OID namespace.

use crate::values::hex;

/// The namespace of every id, from RFC 9562.
pub const NAMESPACE_OID: &str = "6ba7b812-9dad-11d1-80b4-00c04fd430c8";
const NAMESPACE_BYTES: [u8; 16] =
    [0x6b, 0xa7, 0xb8, 0x12, 0x9d, 0xad, 0x11, 0xd1, 0x80, 0xb4, 0x00, 0xc0, 0x4f, 0xd4, 0x30, 0xc8];

/// The `chute_id` that a name has in an account, before and after it is deployed. Case matters.
///
/// ```
/// use chutes_client::predict_chute_id;
/// assert_eq!(predict_chute_id("alice", "echo"), "2bd795c5-af30-5a61-b8c3-08095b855295");
/// ```
pub fn predict_chute_id(username: &str, name: &str) -> String {
    uuid5(&format!("{username}::chute::{name}"))
}

/// The `version` of a chute: it changes with its image, the image's patch version, and its code.
///
/// ```
/// use chutes_client::predict_version;
/// let before = predict_version("7a1c", "initial", "chute = 1");
/// assert_ne!(before, predict_version("7a1c", "initial", "chute = 2"));
/// ```
pub fn predict_version(image_id: &str, patch_version: &str, code: &str) -> String {
    uuid5(&format!("{image_id}:{patch_version}:{code}"))
}

/// The `image_id` that a name and tag have in an account. Case does not matter.
///
/// ```
/// use chutes_client::predict_image_id;
/// assert_eq!(predict_image_id("Alice", "Tools", "1.0"), predict_image_id("alice", "tools", "1.0"));
/// ```
pub fn predict_image_id(username: &str, name: &str, tag: &str) -> String {
    uuid5(&format!("{username}/{name}:{tag}").to_lowercase())
}

fn uuid5(name: &str) -> String {
    let bytes = [&NAMESPACE_BYTES, name.as_bytes()].concat();
    // SHA-1 is what version 5 is made of; it names things and secures nothing.
    let digest = ring::digest::digest(&ring::digest::SHA1_FOR_LEGACY_USE_ONLY, &bytes);
    let mut id = digest.as_ref()[..16].to_vec();
    id[6] = (id[6] & 0x0f) | 0x50;
    id[8] = (id[8] & 0x3f) | 0x80;
    let hex = hex(&id);
    format!("{}-{}-{}-{}-{}", &hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..])
}

/// Whether a text has the form of a UUID.
pub(crate) fn is_uuid(text: &str) -> bool {
    let groups: Vec<&str> = text.split('-').collect();
    let lengths: Vec<usize> = groups.iter().map(|g| g.len()).collect();
    lengths == [8, 4, 4, 4, 12] && groups.iter().all(|g| g.bytes().all(|b| b.is_ascii_hexdigit()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_namespace_is_the_one_of_its_bytes() {
        assert_eq!(NAMESPACE_OID.replace('-', ""), hex(&NAMESPACE_BYTES));
    }

    /// Expected values are those of Python's `uuid.uuid5`.
    #[test]
    fn names_have_the_ids_of_the_platform() {
        assert_eq!(uuid5("python.org"), "cd5d0bff-2444-5d26-ab53-4f7db1cb733d");
        assert_eq!(predict_chute_id("álice", "a/b"), "a0059d9e-f405-5ca6-be12-0ae8908b229a");
        assert_eq!(predict_image_id("Alice", "Tools", "V1"), "6c77f7d7-240e-512d-9fd9-851308d5487a");
        assert_eq!(predict_version("id", "initial", "é\n"), "92b1b71f-00b2-5d68-9306-50b850ec8f90");
    }

    #[test]
    fn uuids() {
        assert!(is_uuid(NAMESPACE_OID) && is_uuid(&NAMESPACE_OID.to_uppercase()));
        assert!(!is_uuid("alice/echo") && !is_uuid("6ba7b812-9dad-11d1-80b4-00c04fd430cg") && !is_uuid(""));
    }
}
