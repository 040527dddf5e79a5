//! Packs, for those who write them.

codes! {
    INVALID_PACK = "invalid-pack", "a pack cannot be used" {
        why: "A pack is a folder with a pack.yaml, templates of fixed names and a values.yaml. Something of it is missing, is called \
              otherwise, or does not fit the rest.",
        how: "docs/packs.md says what a pack has. The packs in the program, in charts/, are examples.",
        example: "$ mkdir -p packs/mine && touch packs/mine/pack.yaml packs/mine/routes.yaml\n$ helmwright packs show mine --packs packs",
    }
    NO_PACKS = "no-packs", "a folder has no packs" {
        why: "Each subfolder with a pack.yaml is a pack, and there is none. Often the folder of the pack itself is named, not the \
              one that it is in.",
        how: "Name the folder that the packs are in.",
        example: "$ mkdir packs\n$ helmwright packs list --packs packs",
    }
}
