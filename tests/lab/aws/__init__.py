"""An independent AWS: moto, and beside it (in files of their own) what moto does not do."""
