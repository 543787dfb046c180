//! Meshes as bytes, for the next generation of this module: counts and numbers, little-endian, one mesh after another.

use playground::glam::Vec3;
use playground::rendering::Mesh;

/// Writes meshes.
pub fn to_bytes(meshes: &[(&str, &Mesh)]) -> Vec<u8> {
    let mut bytes = Vec::new();
    for (name, mesh) in meshes {
        for count in [name.len(), mesh.positions.len(), mesh.indices.len()] {
            bytes.extend((count as u64).to_le_bytes());
        }
        bytes.extend(name.as_bytes());
        let vectors = mesh.positions.iter().chain(&mesh.normals);
        bytes.extend(vectors.flat_map(|vector| vector.to_array()).flat_map(f32::to_le_bytes));
        bytes.extend(mesh.indices.iter().flat_map(|index| index.to_le_bytes()));
    }
    bytes
}

/// Reads meshes.
///
/// # Errors
/// When the bytes end early or a name is no text.
pub fn from_bytes(bytes: &[u8]) -> Result<Vec<(String, Mesh)>, String> {
    let mut reader = Reader(bytes);
    let mut meshes = Vec::new();
    while !reader.0.is_empty() {
        let [name, corners, indices] = [reader.count()?, reader.count()?, reader.count()?];
        let name = String::from_utf8(reader.take(name, 1)?.to_vec()).map_err(|error| error.to_string())?;
        let positions = reader.vectors(corners)?;
        let normals = reader.vectors(corners)?;
        let indices = words(reader.take(indices, 4)?).map(u32::from_le_bytes).collect();
        meshes.push((name, Mesh { positions, normals, indices }));
    }
    Ok(meshes)
}

struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    fn take(&mut self, count: usize, size: usize) -> Result<&'a [u8], String> {
        let length = count.checked_mul(size).filter(|length| *length <= self.0.len());
        let length = length.ok_or_else(|| format!("it ends {} bytes into a mesh that needs more", self.0.len()))?;
        let (taken, rest) = self.0.split_at(length);
        self.0 = rest;
        Ok(taken)
    }

    fn count(&mut self) -> Result<usize, String> {
        let bytes = self.take(8, 1)?.try_into().map_err(|_| "a count is not 8 bytes long")?;
        usize::try_from(u64::from_le_bytes(bytes)).map_err(|error| error.to_string())
    }

    fn vectors(&mut self, count: usize) -> Result<Vec<Vec3>, String> {
        let floats: Vec<f32> = words(self.take(count, 12)?).map(f32::from_le_bytes).collect();
        Ok(floats.chunks_exact(3).map(Vec3::from_slice).collect())
    }
}

fn words(bytes: &[u8]) -> impl Iterator<Item = [u8; 4]> + '_ {
    bytes.chunks_exact(4).map(|word| std::array::from_fn(|at| word[at]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read() {
        let (cube, ball) = (Mesh::cube(), Mesh::sphere(2));
        let bytes = to_bytes(&[("cube two", &cube), ("", &ball)]);
        assert_eq!(from_bytes(&bytes), Ok(vec![("cube two".to_owned(), cube), (String::new(), ball)]));
        assert_eq!(from_bytes(&[]), Ok(Vec::new()));
    }

    #[test]
    fn nonsense_is_refused() {
        assert!(from_bytes(&[0xff; 40]).is_err());
        assert!(from_bytes(&[1; 7]).is_err());
    }
}
